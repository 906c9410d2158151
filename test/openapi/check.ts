/**
 * Holds answers against the description: status, media type, headers, and bodies against their schemas.
 *
 * @module
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { headerValues, type RawResponse } from "../harness/parse.ts";
import type { Answer, Header, Method, OpenApiDocument, Operation, Parameter, Reference, Schema } from "./types.ts";

/** An operation with its place. */
export interface Described {
  readonly path: string;
  readonly method: Method;
  readonly operation: Operation;
}

/** Returns every operation. */
export function operationsOf(document: OpenApiDocument): readonly Described[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method as Method, operation })),
  );
}

export class Conformance {
  readonly #document: OpenApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
    formats.default(this.#ajv);
    this.#ajv.addSchema({ components: document.components }, "openapi");
  }

  /** Returns what is wrong with a value; empty when nothing is. */
  valueProblems(schema: Schema, value: unknown): string[] {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(absolute(schema) as object);
    this.#compiled.set(schema, validate);
    return validate(value) ? [] : [this.#ajv.errorsText(validate.errors)];
  }

  /** Returns what an answer has that the operation does not describe; empty when nothing. */
  problems({ operation }: Described, response: RawResponse, isHead = false): string[] {
    const found =
      operation.responses[String(response.status)] ?? operation.responses[`${String(response.status)[0]}XX`];
    if (found === undefined)
      return [`status ${response.status} is not described: ${response.body.toString().slice(0, 200)}`];
    const answer = this.resolve<Answer>(found);
    return [...this.#headerProblems(answer, response), ...(isHead ? [] : this.#bodyProblems(answer, response))];
  }

  /** Follows a reference. */
  resolve<T extends Answer | Header | Parameter>(given: T | Reference): T {
    if (!("$ref" in given)) return given;
    const value = given.$ref
      .split("/")
      .slice(1)
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], this.#document);
    if (value === undefined) throw new Error(`The description has no ${given.$ref}`);
    return value as T;
  }

  #headerProblems(answer: Answer, response: RawResponse): string[] {
    return Object.entries(answer.headers ?? {}).flatMap(([name, described]) => {
      const { required, schema } = this.resolve<Header>(described);
      const [value] = headerValues(response, name);
      if (value === undefined) return required === true ? [`${name} is missing`] : [];
      const read = schema.type === "integer" ? Number(value) : value;
      return this.valueProblems(schema, read).map((problem) => `${name}: ${problem}`);
    });
  }

  #bodyProblems({ content }: Answer, response: RawResponse): string[] {
    const [type] = headerValues(response, "Content-Type");
    if (content === undefined)
      return response.body.length === 0 && type === undefined ? [] : [`a body of type ${type} is not described`];
    const described = type === undefined ? undefined : content[type];
    if (described === undefined) return [`type ${type} is not described, but ${Object.keys(content).join(" and ")}`];
    const text = response.body.toString();
    return this.valueProblems(described.schema, type === "application/json" ? JSON.parse(text) : text).map(
      (problem) => `body: ${problem}: ${text.slice(0, 300)}`,
    );
  }
}

/** References as ajv finds them: the document is known to it as `openapi`. */
function absolute(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"$ref":"#/', '"$ref":"openapi#/'));
}
