import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../shared/platform/config.ts";

const key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
const valid = { ENVIRONMENT: "production", ENCRYPTION_KEY: key, SIGNING_KEYS: `k1:${key}`, PUBLIC_URL: "https://mentha.test" };

describe("the limits of an installation", () => {
  it.each([
    { given: undefined, limits: {} },
    { given: "", limits: {} },
    { given: "lists=120", limits: { lists: 120 } },
    { given: " lists = 1 ,, signIn=10000,", limits: { lists: 1, signIn: 10_000 } },
  ])("are read from '$given'", ({ given, limits }) => {
    expect(parseConfig({ ...valid, LIMITS: given }).limits).toEqual(limits);
  });

  it.each([
    "list=1",
    "lists",
    "lists=",
    "lists=0",
    "lists=-1",
    "lists=10001",
    "lists=1.5",
    "lists=1e3",
    "lists=0x10",
    "lists=01",
    "lists=1=2",
    "lists=1,lists=2",
    "lists=1;reads=2",
    "__proto__=1",
    "constructor=1",
  ])("are refused as '%s', with what to do", (given) => {
    expect(() => parseConfig({ ...valid, LIMITS: given })).toThrow(/LIMITS must be name=number pairs .* each number 1 to 10000\. .*docs\/limits\.md/);
  });
});
