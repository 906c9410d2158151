/**
 * A request and its answer as they were sent, with what is secret in them struck out or as fingerprints.
 *
 * @module
 */
import type { JournalRecord } from "../telemetry/journal.ts";
import { forgotten, type SentAnswer } from "../telemetry/sent.ts";
import { fingerprint, redactedHeaders, withFingerprints } from "./fingerprint.ts";
import type { RequestEvent } from "./messages.ts";

/** Characters of a body that are shown. */
const maxBody = 4_000;

type AnswerView = RequestEvent["answer"];

/** Builds what describes requests of the journal. The same answer is sent again and again: it is described once. */
export function createRequestView(): (record: JournalRecord) => Promise<RequestEvent> {
  const described = new WeakMap<SentAnswer, Promise<AnswerView>>();
  return async ({ entry, sent }) => {
    const known = described.get(sent.answer) ?? describeAnswer(sent.answer, sent !== forgotten && isToken(entry));
    described.set(sent.answer, known);
    return { ...entry, request: { headers: redactedHeaders(sent.headers) }, answer: await known };
  };
}

/** Whether the body is an ID token and nothing else: a fixed one may have any form. */
function isToken({ path, status }: JournalRecord["entry"]): boolean {
  return status === 200 && /\/service-accounts\/[^/?]+\/identity(?:\?|$)/.test(path);
}

async function describeAnswer({ body, headers }: SentAnswer, token: boolean): Promise<AnswerView> {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const safe = token && text !== "" ? await fingerprint(text) : await withFingerprints(text);
  return {
    headers: redactedHeaders(Object.entries(headers)),
    body: safe.slice(0, maxBody),
    cut: safe.length > maxBody,
  };
}
