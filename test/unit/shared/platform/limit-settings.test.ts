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

  const number = "but the number must be a whole one from 1 to 10000";
  const form = "but must be name=number pairs";
  it.each([
    { given: "list=1", problem: 'has "list=1", but no limit has this name (did you mean lists?). It is set' },
    { given: "zzz=1", problem: 'has "zzz=1", but no limit has this name. It is set' },
    { given: "__proto__=1", problem: 'has "__proto__=1", but no limit has this name' },
    { given: "constructor=1", problem: 'has "constructor=1", but no limit has this name' },
    { given: "reads=2,lists", problem: `has "lists", ${form}` },
    { given: "lists=1=2", problem: `has "lists=1=2", ${form}` },
    { given: "lists=1;reads=2", problem: `has "lists=1;reads=2", ${form}` },
    { given: "lists=", problem: `has "lists=", ${number}` },
    { given: "lists=0", problem: `has "lists=0", ${number}` },
    { given: "lists=-1", problem: `has "lists=-1", ${number}` },
    { given: "lists=10001", problem: `has "lists=10001", ${number}` },
    { given: "lists=1.5", problem: `has "lists=1.5", ${number}` },
    { given: "lists=1e3", problem: `has "lists=1e3", ${number}` },
    { given: "lists=0x10", problem: `has "lists=0x10", ${number}` },
    { given: "lists=01", problem: `has "lists=01", ${number}` },
    { given: "lists=1,lists=2", problem: 'has "lists=2", but names lists before' },
    { given: `${"x".repeat(100)}=1`, problem: `has "${"x".repeat(60)}…", but no limit has this name` },
    { given: "\u001b[31mlists=1", problem: 'has " [31mlists=1", but' },
    { given: 7, problem: "must be name=number pairs" },
  ])("are refused as '$given': LIMITS $problem", ({ given, problem }) => {
    const refused = () => parseConfig({ ...valid, LIMITS: given });
    expect(refused).toThrow(`- LIMITS ${problem}`);
    expect(refused).toThrow("docs/limits.md");
  });

  it("are refused with a sentence for each pair that is wrong, and none for the others", () => {
    expect(() => parseConfig({ ...valid, LIMITS: "list=1,reads=5,audits=0" })).toThrow(
      /^Mentha is not configured:\n- LIMITS has "list=1"[^\n]*\n- LIMITS has "audits=0"[^\n]*$/,
    );
  });
});
