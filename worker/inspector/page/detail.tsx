/**
 * One request and its answer, as sent.
 *
 * @module
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { HeaderLine, RequestEvent } from "../messages.ts";
import { clockTime } from "./format.ts";

export function Detail({ request, onClose }: { request: RequestEvent; onClose: () => void }) {
  const { answer, cache, client, fault, method, ms, path, status, time } = request;
  const heading = useRef<HTMLHeadingElement>(null);
  // Before anything is painted: later it would take the focus from where a quick user has put it since.
  useLayoutEffect(() => heading.current?.focus(), [request.id]);
  return (
    <section class="detail" aria-labelledby="detail-title">
      <div class="title">
        <h2 id="detail-title" tabIndex={-1} ref={heading}>
          Request {request.id}
        </h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      <dl>
        <dt>Came</dt>
        <dd>
          {clockTime(time)}, answered within {Math.round(ms * 10) / 10} ms
        </dd>
        <dt>Client</dt>
        <dd>{client}</dd>
        {cache !== undefined && (
          <>
            <dt>Token</dt>
            <dd>{explain(cache)}</dd>
          </>
        )}
        {fault !== undefined && (
          <>
            <dt>Fault rule</dt>
            <dd>{fault}</dd>
          </>
        )}
      </dl>
      <h3>Request as sent</h3>
      <pre>{`${method} ${path} HTTP/1.1\n${headerText(request.request.headers)}`}</pre>
      <h3>Answer as sent</h3>
      <pre>{`${status}\n${headerText(answer.headers)}\n${answer.body}${answer.cut ? "\n…" : ""}`}</pre>
    </section>
  );
}

const headerText = (headers: readonly HeaderLine[]) => headers.map(([name, value]) => `${name}: ${value}\n`).join("");

const outcomes: Readonly<Record<string, string>> = {
  hit: "hit: held already",
  refreshed: "refreshed: held, and the next one is fetched",
  coalesced: "coalesced: came with the call of another request",
  minted: "minted: fetched for this request",
  failed: "failed: the last try failed just now and is not repeated yet",
};

const explain = (cache: string) => outcomes[cache] ?? cache;
