/**
 * The control calls (worker/http/handlers/control.ts). Their bodies are the schemas that check them.
 *
 * @module
 */
import { answer, answerRef, control, guardedFromStrangers, json, schemaRef } from "./answers.ts";
import type { Operation, Parameter, Paths, RequestBody, Schema } from "./types.ts";

const read: Operation["responses"] = {
  ...guardedFromStrangers,
  "401": answerRef("NoToken"),
  "404": answerRef("NotFound"),
};
const badCall = answer("Nothing that can be, nothing was changed; or the `Host` is malformed", {
  ...json(schemaRef("Refusal"), { error: '"instance/attributes/color": the value must be a string' }),
  "text/html; charset=UTF-8": { schema: { type: "string", pattern: "^<!DOCTYPE html>" } },
});
const change: Operation["responses"] = { ...read, "204": answerRef("Done"), "400": badCall };
const write: Operation["responses"] = {
  ...change,
  "408": answerRef("TooSlowCall"),
  "413": answerRef("TooLargeCall"),
};
const nothing = answer("There is nothing at this path, or no control token was set", {
  ...json(schemaRef("Refusal"), { error: 'There is nothing at "instance/nothing"' }),
  "text/html; charset=UTF-8": { schema: { type: "string", pattern: "^<!DOCTYPE html>" } },
});

function call(
  operationId: string,
  summary: string,
  responses: Operation["responses"],
  more: Partial<Operation> = {},
): Operation {
  return { operationId, summary, tags: ["control"], security: control, ...more, responses };
}

const body = (schema: Schema, example: unknown, description?: string): RequestBody => ({
  ...(description === undefined ? {} : { description }),
  required: true,
  content: { "application/json": { schema, example } },
});

const found = { "200": answer("The node", json(schemaRef("Node")), ["Cache-Control"]) };

const path: Parameter = {
  name: "path",
  in: "path",
  required: true,
  description:
    "The node, as below `/computeMetadata/v1/` or in JSON's spelling of the names; slashes are sent as they are",
  schema: schemaRef("Path"),
  examples: { attribute: { value: "instance/attributes/color" }, camel: { value: "instance/virtualClock" } },
};

/** The calls for a node; the root has no name and cannot be removed. */
const nodeCalls = (suffix: string, parameters: readonly Parameter[], example: unknown) => ({
  get: call(
    `get${suffix}`,
    "The node as JSON, everything below it included",
    { ...read, ...found, "404": nothing, "400": badCall },
    { parameters },
  ),
  put: call(`put${suffix}`, "Makes the body the node; waiting requests wake", write, {
    parameters,
    description: "A directory stays one, a leaf keeps its type, attributes are strings. Missing directories are made.",
    requestBody: body(schemaRef("Node"), example),
  }),
  patch: call(`patch${suffix}`, "Merges the body into the node (JSON Merge Patch, RFC 7396)", write, {
    parameters,
    requestBody: body(schemaRef("Node"), example, "null removes a member"),
  }),
});

export const controlPaths: Paths = {
  "/emulator/v1/metadata/": nodeCalls("Root", [], { instance: { attributes: { color: "blue" } } }),
  "/emulator/v1/metadata/{path}": {
    ...nodeCalls("Node", [path], "blue"),
    delete: call("deleteNode", "Removes the node", { ...change, "404": nothing }, { parameters: [path] }),
  },
  "/emulator/v1/events": {
    post: call("playEvent", "Plays the changes that a VM shows when this happens", write, {
      requestBody: body(schemaRef("Event"), { type: "preemption" }),
    }),
  },
  "/emulator/v1/faults": {
    get: call("getFaults", "The rules that may still strike", {
      ...read,
      "200": answer("The rules", json(schemaRef("FaultRules")), ["Cache-Control"]),
    }),
    put: call("putFaults", "Puts rules in force instead of all others", write, {
      requestBody: body(schemaRef("FaultRules"), [
        { path: "/computeMetadata/v1/instance/attributes/broken", status: 503, times: 1 },
      ]),
    }),
    post: call("addFault", "Puts a rule in force behind those that are; 1000 at most", write, {
      requestBody: body(schemaRef("FaultRule"), {
        path: "/computeMetadata/v1/instance/attributes/slow",
        delayMs: 200,
      }),
    }),
    delete: call("deleteFaults", "Takes every rule out of force", { ...read, "204": answerRef("Done") }),
  },
  "/emulator/v1/requests": {
    get: call("getRequests", "The last 1000 requests, oldest first; without secrets", {
      ...read,
      "200": answer("The requests", json(schemaRef("Requests")), ["Cache-Control"]),
    }),
    delete: call("deleteRequests", "Forgets the requests", { ...read, "204": answerRef("Done") }),
  },
};
