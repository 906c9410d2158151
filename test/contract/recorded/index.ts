/**
 * Everything that was recorded of real servers, as one list.
 *
 * @module
 */
import type { RecordedAnswer } from "./answer.ts";
import { heads } from "./heads.ts";
import { servers } from "./servers.ts";
import { tokens } from "./tokens.ts";
import { trees } from "./trees.ts";

export const recordedAnswers: readonly RecordedAnswer[] = [...heads, ...trees, ...tokens, ...servers];
