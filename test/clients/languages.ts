/**
 * All suites, in the order of the page.
 *
 * @module
 */
import { cloudInit } from "./cloud-init/suite.ts";
import { gcloud } from "./gcloud/suite.ts";
import { go } from "./go/suite.ts";
import { grpc } from "./grpc/suite.ts";
import { guestAgent } from "./guest-agent/suite.ts";
import { java } from "./java/suite.ts";
import { node } from "./node/suite.ts";
import { python } from "./python/suite.ts";
import { raw } from "./raw/suite.ts";
import { ruby } from "./ruby/suite.ts";
import { rust } from "./rust/suite.ts";
import type { Suite } from "./suite.ts";

export const suites: readonly Suite[] = [node, python, go, raw, java, rust, ruby, gcloud, grpc, guestAgent, cloudInit];
