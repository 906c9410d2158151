/**
 * The section "Tokens": what is held for each account, for how long, and why tries failed.
 *
 * @module
 */
import type { AccountView, TokenFailureView, TokenView } from "../messages.ts";
import { clockTime, lifeTime } from "./format.ts";
import { Said, useAction, useNow } from "./parts.tsx";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export function Tokens({ state, session }: { state: State; session: Session }) {
  const now = useNow() + state.ahead;
  const [outcome, act] = useAction();
  const rotate = ({ email }: AccountView) =>
    act(`The tokens of ${email} are forgotten; the next request gets new ones.`, () =>
      session.send("POST", "events", JSON.stringify({ type: "token-rotation", account: email })),
    );
  const { accounts = [], failures = [] } = state.tokens ?? {};
  return (
    <>
      <Said outcome={outcome} />
      {accounts.length === 0 && <p class="empty">This server has no service account.</p>}
      {accounts.map((account) => (
        <Account key={account.email} account={account} now={now} onRotate={() => rotate(account)} />
      ))}
      {failures.length > 0 && <Failures failures={failures} />}
    </>
  );
}

function Account({ account, now, onRotate }: { account: AccountView; now: number; onRotate: () => void }) {
  const { aliases, email, scopes, tokens } = account;
  const id = `account-${email}`;
  return (
    <section class="card" aria-labelledby={id}>
      <div class="title">
        <h2 id={id}>{email}</h2>
        <button type="button" aria-describedby={id} onClick={onRotate}>
          Rotate
        </button>
      </div>
      <p class="note">
        {aliases.length > 0 && <>Also called {aliases.join(", ")}. </>}
        Scopes: {scopes.map(shortScope).join(", ")}
      </p>
      {tokens.length === 0 && <p class="empty">No token has been asked for yet.</p>}
      <ul class="tokens">
        {tokens.map((token) => (
          <li key={`${token.kind} ${token.target}`}>
            <Token token={token} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Token({ token, now }: { token: TokenView; now: number }) {
  const { claims, expiresAt, failure, fingerprint, kind, mintedAt = now, target } = token;
  const what = kind === "id" ? target : target.split(" ").map(shortScope).join(", ");
  return (
    <>
      <div class="token">
        <b>{kind === "id" ? "ID token" : "Access token"}</b>
        <span class="target">
          {kind === "id" ? "audience" : "scopes"} {what}
        </span>
        {fingerprint !== undefined && <code>{fingerprint}</code>}
        {expiresAt !== undefined && <Life left={expiresAt - now} whole={expiresAt - mintedAt} />}
      </div>
      {failure !== undefined && <p class="failed">Last try: {failure}</p>}
      {claims !== undefined && (
        <details>
          <summary>Claims</summary>
          <pre>{JSON.stringify(claims, undefined, 2)}</pre>
        </details>
      )}
    </>
  );
}

function Life({ left, whole }: { left: number; whole: number }) {
  const share = whole <= 0 ? 0 : Math.max(0, Math.min(1, left / whole));
  return (
    <span class="life">
      <meter min={0} max={1} low={0.15} value={share} aria-label="Share of its life that is left" />
      {lifeTime(left)}
    </span>
  );
}

function Failures({ failures }: { failures: readonly TokenFailureView[] }) {
  return (
    <section class="card" aria-labelledby="failures">
      <h2 id="failures">Last upstream errors</h2>
      <ul class="failures">
        {failures.map(({ email, kind, message, step, target, time }) => (
          <li key={time + target}>
            <span class="time">{clockTime(time)}</span> <b>{step}</b> {message}
            <span class="note">
              {" "}
              ({kind === "id" ? "ID token" : "access token"} of {email})
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const shortScope = (scope: string) => scope.replace("https://www.googleapis.com/auth/", "");
