/**
 * Guest attributes (worker/http/handlers/guest-attributes.ts).
 *
 * @module
 */
import { answer, answerRef, flavor, guarded } from "./answers.ts";
import { missing, reads } from "./metadata.ts";
import type { Answer, Operation, Parameter, Paths } from "./types.ts";

const tags = ["guest attributes"];

const name = (of: string, example: string): Parameter => ({
  name: of,
  in: "path",
  required: true,
  description: "Up to 128 bytes",
  schema: { type: "string", minLength: 1 },
  example,
});
const [namespace, key] = [name("namespace", "guest-agent"), name("key", "status")];

/** Two kinds of refusal: the switch of the guest attributes speaks plain text. */
const off: Answer = {
  ...answer("`enable-guest-attributes` is not TRUE, or whoever asks is not let in", undefined),
  content: {
    "text/plain": { schema: { type: "string" }, example: "Guest attributes endpoint access is disabled." },
    "text/html; charset=UTF-8": { schema: { type: "string", pattern: "^<!DOCTYPE html>" } },
  },
};
const responses = { "403": off };
const reading = { ...responses, ...missing };

function write(operationId: string, summary: string, more: Partial<Operation>): Operation {
  return {
    operationId,
    summary,
    tags,
    security: flavor,
    parameters: [namespace, key],
    ...more,
    responses: {
      ...guarded,
      ...responses,
      "200": answer("Done", { "text/html": { schema: { const: "" } } }),
      "429": answerRef("TooMany"),
      ...more.responses,
    },
  };
}

const root = "/computeMetadata/v1/instance/guest-attributes/";

export const guestAttributePaths: Paths = {
  [root]: { get: reads("readGuestAttributes", "The namespaces, or everything", { tags, responses: reading }) },
  [`${root}{namespace}/`]: {
    get: reads("readGuestNamespace", "The keys of a namespace", { tags, responses: reading, parameters: [namespace] }),
  },
  [`${root}{namespace}/{key}`]: {
    get: reads("readGuestAttribute", "A guest attribute", { tags, responses: reading, parameters: [namespace, key] }),
    put: write("writeGuestAttribute", "Writes a guest attribute", {
      requestBody: {
        description: "Text in UTF-8 up to 256 KiB, of any media type; none is the empty text",
        required: false,
        content: { "text/plain": { schema: { type: "string" }, example: "ready" } },
      },
      responses: { "408": answerRef("TooSlow"), "413": answerRef("TooLarge") },
    }),
    delete: write("deleteGuestAttribute", "Removes a guest attribute; the last one takes its namespace along", {
      responses: { "404": answerRef("NotFound") },
    }),
  },
};
