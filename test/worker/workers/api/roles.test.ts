import { beforeAll, describe, expect, it } from "vitest";
import { permissionsOf, type Role, roles } from "../../../../shared/identity/index.ts";
import { type Permission, permissions } from "../../../../shared/platform/index.ts";
import { seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, signedIn } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, sampleRoutes } from "../../../helpers/worker/route-samples.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

// The matrix over HTTP: every route that asks for a permission, called by somebody of every role, operator or not.

interface Person {
  readonly role: Role;
  readonly isOperator: boolean;
  readonly call: SignedIn;
}

const isPermission = (name: string): name is Permission => permissions.some((permission) => permission === name);
const routes = sampleRoutes.flatMap((route) => (isPermission(route.permission) ? [{ ...route, permission: route.permission }] : []));

/** In workspaces of their own, which they name: what one of them does changes nothing for the next, and an operator may make a second one. */
const people: Person[] = [];
beforeAll(async () => {
  await defineSite("battery.test", {});
  for (const isOperator of [false, true]) {
    for (const role of roles) {
      const { id, userId } = await seedWorkspace({ role, isOperator });
      people.push({ role, isOperator, call: await signedIn(userId, id) });
    }
  }
});

/** Of something that nobody has: what is refused for the role is refused before anything is looked up. */
async function statusFor(route: SampleRoute, { call }: Person): Promise<number> {
  const answer = await call(route.method.toUpperCase(), addressOf(route, route.thing?.unknown()), route.body);
  await answer.body?.cancel();
  return answer.status;
}

describe("roles", () => {
  it("are tried on every permission that there is", () => {
    // Whose key it is decides whether that one is needed, so no route asks for it.
    expect(new Set(routes.map(({ permission }) => permission))).toEqual(new Set(permissions.filter((name) => name !== "keys:manage")));
  });
});

describe.each(routes)("$name", (route) => {
  it(`is refused exactly to those without ${route.permission}`, async () => {
    const called = await Promise.all(people.map(async (person) => ({ ...person, status: await statusFor(route, person) })));
    const nameOf = ({ role, isOperator }: Pick<Person, "role" | "isOperator">) => (isOperator ? `${role} and operator` : role);
    const lacking = people.filter((person) => !permissionsOf(person).has(route.permission));
    expect(called.filter(({ status }) => status === 403).map(nameOf)).toEqual(lacking.map(nameOf));
    expect(called.filter(({ status }) => [400, 401].includes(status) || status >= 500)).toEqual([]);
  });
});
