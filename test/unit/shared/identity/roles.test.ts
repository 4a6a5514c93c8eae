import { describe, expect, it } from "vitest";
import peoplePage from "../../../../docs/people.md?raw";
import { matrix, permissionsOf, type Role, roles } from "../../../../shared/identity/roles.ts";
import { isOperatorPermission, type Permission, permissions } from "../../../../shared/platform/index.ts";

const yes = true;
const no = false;

/** Who may do what in a workspace: in the order of admin, manager, qa, dev. */
const expected: readonly (readonly [Permission, ...boolean[]])[] = [
  ["audits:read", yes, yes, yes, yes],
  ["audits:write", yes, yes, yes, yes],
  ["keys:read", yes, yes, yes, yes],
  ["keys:write", yes, yes, no, yes],
  ["keys:manage", yes, no, no, no],
  ["members:read", yes, yes, yes, yes],
  ["members:write", yes, yes, no, no],
  ["members:roles", yes, no, no, no],
  ["projects:read", yes, yes, yes, yes],
  ["projects:write", yes, yes, no, no],
  ["workspace:read", yes, yes, yes, yes],
  ["workspace:write", yes, yes, no, no],
  ["workspace:export", yes, no, no, no],
  ["workspace:delete", yes, no, no, no],
  ["audit-log:read", yes, yes, no, no],
  ["usage:read", yes, yes, no, no],
  ["notifications:read", yes, yes, yes, yes],
  ["notifications:write", yes, yes, yes, yes],
  ["webhooks:read", yes, yes, yes, yes],
  ["webhooks:write", yes, yes, no, yes],
  ["schedules:read", yes, yes, yes, yes],
  ["schedules:write", yes, yes, no, yes],
  ["reports:read", yes, yes, yes, yes],
  ["reports:write", yes, yes, no, no],
];
const columns: readonly Role[] = ["admin", "manager", "qa", "dev"];
const cells = expected.flatMap(([permission, ...row]) =>
  columns.flatMap((role, at) => [true, false].map((isOperator) => ({ permission, role, isOperator, allowed: row[at] }))),
);
const operators = permissions
  .filter(isOperatorPermission)
  .flatMap((permission) => columns.flatMap((role) => [true, false].map((isOperator) => ({ permission, role, isOperator, allowed: isOperator }))));

describe("what somebody may do", () => {
  it.each([...cells, ...operators])("$permission, $role, operator $isOperator: $allowed", ({ permission, role, isOperator, allowed }) => {
    expect(permissionsOf({ role, isOperator }).has(permission)).toBe(allowed);
  });

  it("is tried for every permission and every role", () => {
    expect([...cells, ...operators].length).toBe(permissions.length * roles.length * 2);
    expect([...roles].toSorted()).toEqual(columns.toSorted());
  });
});

describe("the page about people", () => {
  const rows = [...peoplePage.matchAll(/^\| [^|]+ \| `([a-z-]+:[a-z]+)` \| (.+) \|$/gm)];

  it("says of every permission who has it", () => {
    const said = rows.map(([, permission, marks = ""]) => [permission, marks.split(" | ").map((mark) => mark === "✓")]);
    expect(said).toEqual(Object.entries(matrix).map(([permission, holders]) => [permission, columns.map((role) => holders.includes(role))]));
  });

  it("marks with nothing but ✓ and –, under the names of the roles", () => {
    for (const [, , marks = ""] of rows) expect(marks).toMatch(/^[✓–]( \| [✓–]){3}$/);
    expect(peoplePage).toContain("| | Permission | Admin | Manager | QA | Dev |");
  });
});
