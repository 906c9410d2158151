/**
 * How booleans in the query are spelt, and that unknown parameters are ignored (mds-behaviour.md 3.1; clients.md R9).
 *
 * @module
 */
import { instance, json, listing, text } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const disks = `${instance}/disks/`;
const diskJson =
  '[{"deviceName":"boot","index":0,"interface":"SCSI","mode":"READ_WRITE","type":"PERSISTENT"},{"deviceName":"data","index":1,"interface":"NVME","mode":"READ_WRITE","type":"PERSISTENT-SSD"}]';

const booleans = section(
  "3.1",
  [
    ...["true", "True", "TRUE", "1", "yes", "Y"].map((value) => ({
      id: `boolean-${value}`,
      grade: /true/i.test(value) ? ("CONFIRMED" as const) : ("LIKELY" as const),
      title: `recursive=${value} means yes (R9)`,
      request: { target: `${disks}?recursive=${value}` },
      expect: json(diskJson),
    })),
    ...["false", "False", "FALSE", "0", "no", "N"].map((value) => ({
      id: `boolean-${value}`,
      grade: /false/i.test(value) ? ("CONFIRMED" as const) : ("LIKELY" as const),
      title: `recursive=${value} means no`,
      request: { target: `${disks}?recursive=${value}&wait_for_change=${value}` },
      expect: listing("0/", "1/"),
    })),
    {
      id: "boolean-bare",
      grade: "UNKNOWN-chosen",
      title: "A bare ?recursive means yes",
      request: { target: `${disks}?recursive` },
      expect: json(diskJson),
    },
    {
      id: "boolean-empty",
      grade: "UNKNOWN-chosen",
      title: "recursive= with an empty value means yes",
      request: { target: `${disks}?recursive=` },
      expect: json(diskJson),
    },
    ...["on", "T", "t"].map((value) => ({
      id: `boolean-${value}`,
      grade: "UNKNOWN-chosen" as const,
      title: `recursive=${value} means yes`,
      request: { target: `${disks}?recursive=${value}` },
      expect: json(diskJson),
    })),
    ...["2", "off", "truex", "%20true"].map((value) => ({
      id: `boolean-no-${value}`,
      grade: "UNKNOWN-chosen" as const,
      title: `recursive=${value} means no`,
      request: { target: `${disks}?recursive=${value}` },
      expect: listing("0/", "1/"),
    })),
    {
      id: "parameter-twice",
      grade: "UNKNOWN-chosen",
      title: "Of a repeated parameter the first one counts",
      request: { target: `${disks}?recursive=true&recursive=false&alt=json&alt=text` },
      expect: json(diskJson),
    },
    {
      id: "unknown-parameters",
      grade: "LIKELY",
      title: "Unknown parameters are ignored (R9)",
      request: { target: `${instance}/id?query_path=x&another_param=true&__proto__=1&RECURSIVE=true` },
      expect: text(String(rich.id)),
    },
    {
      id: "leaf-booleans-false",
      grade: "CONFIRMED",
      title: "A leaf may be asked for with recursive=False&wait_for_change=False",
      request: { target: `${instance}/name?recursive=False&wait_for_change=False` },
      expect: text("grr-vm"),
    },
  ],
  "rich",
);

/** Rules about booleans. */
export const booleanRules: readonly Rule[] = booleans;
