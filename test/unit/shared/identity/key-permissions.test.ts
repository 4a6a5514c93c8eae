import { describe, expect, it } from "vitest";
import { keyPermissions } from "../../../../shared/identity/key-permissions.ts";

describe("the permissions of a key", () => {
  it.each([
    { outcome: "are its scopes", scopes: ["audits:read", "audits:write"], isOperator: false, expected: ["audits:read", "audits:write"] },
    { outcome: "are none without scopes", scopes: [], isOperator: true, expected: [] },
    { outcome: "leave out names that nobody knows", scopes: ["audits:read", "audits:*", "*", "toString"], isOperator: true, expected: ["audits:read"] },
    {
      outcome: "leave out operations for a member",
      scopes: ["audits:read", "operations:read", "operations:write"],
      isOperator: false,
      expected: ["audits:read"],
    },
    { outcome: "keep operations for an operator", scopes: ["operations:read"], isOperator: true, expected: ["operations:read"] },
    { outcome: "give an operator's key no more than its scopes", scopes: ["audits:read"], isOperator: true, expected: ["audits:read"] },
  ])("$outcome", ({ scopes, isOperator, expected }) => {
    expect([...keyPermissions(scopes, isOperator)]).toEqual(expected);
  });
});
