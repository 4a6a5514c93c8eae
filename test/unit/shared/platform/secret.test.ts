import { describe, expect, it } from "vitest";
import { Secret } from "../../../../shared/platform/secret.ts";

const secret = new Secret("hunter2");

describe("a secret", () => {
  it("is revealed on demand", () => {
    expect(secret.reveal()).toBe("hunter2");
  });

  it.each([
    { by: "String()", shown: String(secret) },
    { by: "joining texts", shown: ["key=", secret].join("") },
    { by: "JSON", shown: JSON.stringify({ secret }) },
    { by: "its own keys", shown: JSON.stringify(Object.entries(secret)) },
    { by: "a copy", shown: JSON.stringify(Object.assign({}, secret)) },
  ])("is not shown by $by", ({ shown }) => {
    expect(shown).not.toContain("hunter2");
  });

  it("is not shown by console.log and util.inspect", () => {
    const inspect: unknown = Reflect.get(secret, Symbol.for("nodejs.util.inspect.custom"));
    expect(typeof inspect === "function" && Reflect.apply(inspect, secret, [])).toBe("[secret]");
  });
});
