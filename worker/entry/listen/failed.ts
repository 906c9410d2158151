/**
 * What an adapter answers by itself: to a request that the core failed on, and to bytes that no core ever sees. In
 * capability mode neither tells what is here.
 *
 * @module
 */
import type { Reply } from "../../http/reply.ts";
import { nothing } from "../../http/secret-path.ts";
import type { Served } from "./types.ts";

const standing = {
  "Metadata-Flavor": "Google",
  "Content-Type": "text/plain; charset=utf-8",
  Server: "Metadata Server for VM",
  "X-XSS-Protection": "0",
  "X-Frame-Options": "SAMEORIGIN",
};

const failed: Reply = {
  status: 500,
  headers: { ...standing, "Content-Length": "22" },
  body: "Internal Server Error\n",
};
const malformed: Reply = {
  status: 400,
  headers: { ...standing, "Content-Length": "12", Connection: "close" },
  body: "Bad Request\n",
};
/** The words of any server of this runtime. */
const bare: Reply = { status: 400, headers: { "Content-Length": "0", Connection: "close" }, body: "" };

/** Answers a request that the core failed on. */
export const failedReply = ({ isHidden }: Served): Reply => (isHidden === true ? nothing : failed);

/** Answers what is no HTTP request, or one without a target that a URL can hold. */
export const malformedReply = ({ isHidden }: Served): Reply => (isHidden === true ? bare : malformed);
