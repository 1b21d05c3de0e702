import type { IncomingMessage } from "node:http";
import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { badJson, notJson, tooLarge } from "../errors.ts";

/** Reads a request's body as text. @throws MatrixError 413 beyond `limit` bytes */
export function readText(request: IncomingMessage, limit: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) reject(tooLarge(`The request's body is larger than ${limit} bytes`));
    else chunks.push(chunk);
  });
  request.on("end", () => {
    const [only] = chunks;
    resolve(only && chunks.length === 1 ? only.toString() : Buffer.concat(chunks).toString());
  });
  request.on("error", reject);
  return promise;
}

/** Checks bodies against schemas, each compiled when it is first needed. */
export function createBodyParser(): (text: string, schema: TSchema) => unknown {
  const validators = new Map<TSchema, Validator>();
  return (text, schema) => {
    let body: unknown;
    try {
      body = text === "" ? {} : JSON.parse(text);
    } catch {
      throw notJson("The request's body is not JSON");
    }
    let validator = validators.get(schema);
    if (!validator) {
      validator = Compile(schema);
      validators.set(schema, validator);
    }
    if (!validator.Check(body)) {
      const [error] = validator.Errors(body);
      throw badJson(`${error?.instancePath || "The body"} ${error?.message ?? "is not what it should be"}`);
    }
    return body;
  };
}
