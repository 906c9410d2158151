/**
 * Starts the page: takes the token, opens the stream and keeps it open.
 *
 * @module
 */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { App, type Connection } from "./app.tsx";
import { submitting } from "./parts.tsx";
import { Refused, Session, takeToken } from "./session.ts";
import { emptyState, reduce, type State } from "./state.ts";

const retryMs = 1_000;

function Page({ first }: { first: string | undefined }) {
  const [session, setSession] = useState(first === undefined ? undefined : new Session(first));
  const [problem, setProblem] = useState("");
  const open = (token: string) => {
    setProblem("");
    setSession(new Session(token));
  };
  useEffect(() => {
    const onHash = () => {
      const token = takeToken();
      if (token !== undefined) open(token);
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  if (session === undefined) return <SignIn problem={problem} onToken={open} />;
  const refused = (sentence: string) => {
    setProblem(sentence);
    setSession(undefined);
  };
  return <Live session={session} onRefused={refused} />;
}

function Live({ session, onRefused }: { session: Session; onRefused: (sentence: string) => void }) {
  const [state, setState] = useState<State>(emptyState);
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => {
    const controller = new AbortController();
    void follow(session, controller.signal, {
      onEvent: (name, data) => setState((before) => reduce(before, name, data, Date.now())),
      onConnection: setConnection,
      onRefused,
    });
    return () => controller.abort();
  }, [session]);
  return <App state={state} session={session} connection={connection} />;
}

interface Followers {
  readonly onEvent: (name: string, data: string) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly onRefused: (sentence: string) => void;
}

async function follow(session: Session, signal: AbortSignal, to: Followers): Promise<void> {
  while (!signal.aborted) {
    try {
      await session.read(to.onEvent, () => to.onConnection("live"), signal);
    } catch (error) {
      if (error instanceof Refused) return to.onRefused(error.message);
    }
    if (signal.aborted) return;
    to.onConnection("lost");
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

function SignIn({ problem, onToken }: { problem: string; onToken: (token: string) => void }) {
  const [token, setToken] = useState("");
  return (
    <main class="signin">
      <h1>Inspector</h1>
      <form onSubmit={submitting(() => onToken(token.trim()))}>
        <label class="block">
          <span>Control token</span>
          <input
            type="password"
            autocomplete="off"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Open</button>
        {problem !== "" && (
          <p role="alert" class="said failed">
            {problem}
          </p>
        )}
        <p class="note">
          It is what --control-token or METADATA_CONTROL_TOKEN says; serve --inspect prints a link that has it. It stays
          in this page's memory and is gone when the page is left.
        </p>
      </form>
    </main>
  );
}

const root = document.getElementById("app");
if (root !== null) render(<Page first={takeToken()} />, root);
