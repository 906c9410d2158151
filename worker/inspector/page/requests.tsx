/**
 * The section "Requests": what came, as it comes, and each request in full.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { RequestEvent } from "../messages.ts";
import { Charts } from "./charts.tsx";
import { Detail } from "./detail.tsx";
import { clockTime, curlOf, jsonLines, matches } from "./format.ts";
import { Badge, Said, useAction } from "./parts.tsx";
import type { State } from "./state.ts";

/** Rows drawn at most; the filter and the export see all. */
const maxRows = 200;

export function Requests({ state }: { state: State }) {
  const [filter, setFilter] = useState("");
  const [paused, setPaused] = useState<readonly RequestEvent[]>();
  const [openId, setOpenId] = useState<number>();
  const [outcome, act] = useAction();
  const shown = (paused ?? state.requests).filter((request) => matches(request, filter));
  const open = state.requests.find(({ id }) => id === openId);
  const target = open ?? shown[0];
  const missed = paused === undefined ? 0 : state.requests.findIndex(({ id }) => id === paused[0]?.id);

  return (
    <>
      <Charts seconds={state.seconds} ahead={state.ahead} />
      <div class="toolbar">
        <label class="grow">
          <span>Filter</span>
          <input
            type="search"
            value={filter}
            placeholder="token 200 python"
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <button type="button" onClick={() => setPaused(paused === undefined ? state.requests : undefined)}>
          {paused === undefined ? "Pause" : "Resume"}
        </button>
        <button
          type="button"
          disabled={target === undefined}
          onClick={() => target && act("Copied.", () => copy(curlOf(target, location.origin)))}
        >
          Copy as curl
        </button>
        <button type="button" disabled={shown.length === 0} onClick={() => download(jsonLines(shown))}>
          Export
        </button>
      </div>
      <Said outcome={outcome} />
      {missed > 0 && <p class="note">{missed} more came since the pause.</p>}
      {state.skipped > 0 && <p class="note">{state.skipped} requests came too fast to be shown.</p>}
      <div class={open === undefined ? "split" : "split opened"}>
        <RequestTable requests={shown.slice(0, maxRows)} openId={openId} onOpen={setOpenId} />
        {open !== undefined && <Detail request={open} onClose={() => setOpenId(undefined)} />}
      </div>
      {shown.length === 0 && (
        <p class="empty">
          {filter === ""
            ? "No requests yet. Point a client at this server, and they show up here."
            : "No request matches the filter."}
        </p>
      )}
      {shown.length > maxRows && (
        <p class="note">
          The newest {maxRows} of {shown.length} are shown.
        </p>
      )}
    </>
  );
}

interface TableProps {
  readonly requests: readonly RequestEvent[];
  readonly openId: number | undefined;
  readonly onOpen: (id: number | undefined) => void;
}

function RequestTable({ requests, openId, onOpen }: TableProps) {
  return (
    <table class="requests">
      <caption class="unseen">Requests, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Status</th>
          <th scope="col">Request</th>
          <th scope="col" class="number">
            ms
          </th>
          <th scope="col" class="wide">
            Token
          </th>
          <th scope="col" class="wide">
            Client
          </th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <Row
            key={request.id}
            request={request}
            open={request.id === openId}
            onOpen={() => onOpen(request.id === openId ? undefined : request.id)}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ request, open, onOpen }: { request: RequestEvent; open: boolean; onOpen: () => void }) {
  const { cache, client, fault, method, ms, path, status, time } = request;
  return (
    // The button in the row is the way for keyboards; the row is a larger target for pointers.
    <tr class={open ? "open" : ""} onClick={onOpen}>
      <td class="time">{clockTime(time)}</td>
      <td>
        <Badge kind={status >= 500 ? "bad" : status >= 400 ? "warn" : "good"}>{status}</Badge>
        {fault !== undefined && <Badge kind="bad">fault</Badge>}
      </td>
      <td class="path">
        <button
          type="button"
          class="plain"
          aria-expanded={open}
          onClick={(event) => {
            event.stopPropagation();
            onOpen();
          }}
        >
          <b>{method}</b> <Path path={path} />
        </button>
      </td>
      <td class="number">{Math.round(ms * 10) / 10}</td>
      <td class="wide">{cache}</td>
      <td class="wide client">{client}</td>
    </tr>
  );
}

/** The part that almost every path has in common steps back. */
function Path({ path }: { path: string }) {
  const [prefix = ""] = /^\/computeMetadata\/v1(?=\/)/.exec(path) ?? [];
  return (
    <>
      <span class="prefix">{prefix}</span>
      {path.slice(prefix.length)}
    </>
  );
}

async function copy(text: string): Promise<void> {
  // Absent where the page is not at a loopback address and not https.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard === undefined) throw new Error(`The browser gives no clipboard here. ${text}`);
  await clipboard.writeText(text).catch(() => {
    throw new Error(`The browser refused the clipboard. ${text}`);
  });
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: "requests.jsonl" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
