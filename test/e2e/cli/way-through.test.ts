import { describe, expect, it } from "vitest";
import { withWayThrough } from "../../../cli/way-through.ts";
import { ApiProblem } from "../../../client/index.ts";

const refused = (detail = "This is not a public address."): ApiProblem =>
  new ApiProblem({ status: 422, code: "egress_refused", detail, requestId: undefined, errors: [] });

describe("an address that is refused on this machine", () => {
  it.each([
    ["http://192.0.2.1:3000/", "192.0.2.1:3000"],
    ["http://10.0.0.5/shop", "10.0.0.5:80"],
    ["https://[fd00::5]/", "[fd00::5]:443"],
    ["https://staging.example/", "staging.example:443"],
  ])("can be opened, and how is said: %s", (address, pair) => {
    expect(withWayThrough(refused(), address)).toMatchObject({
      name: "CommandError",
      message: expect.stringContaining(`open exactly this one: EGRESS_ALLOW=${pair} npx mentha audit`),
    });
  });

  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.0.1:8080/",
    "http://0xa9fea9fe/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://168.63.129.16/",
  ])("is not advised to be opened where a machine keeps its credentials: %s", (address) => {
    const problem = refused();
    expect(withWayThrough(problem, address)).toBe(problem);
  });

  it("is not advised to be opened when its name leads to such a one", () => {
    const problem = refused("metadata.example leads to 169.254.169.254: it is a link-local address.");
    expect(withWayThrough(problem, "http://metadata.example/")).toBe(problem);
  });
});
