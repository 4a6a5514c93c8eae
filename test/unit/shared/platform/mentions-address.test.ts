import { describe, expect, it } from "vitest";
import { mentionsAddress } from "../../../../shared/platform/index.ts";

const address = "ada@acme.co";

describe("an address is mentioned", () => {
  it.each([
    ["alone", "ada@acme.co"],
    ["in capitals", "Ada@ACME.co"],
    ["in a sentence", "Invited ada@acme.co yesterday"],
    ["at the end of a sentence", "Invited ada@acme.co."],
    ["in brackets", "Ada <ada@acme.co>"],
    ["in quotes", "no mailbox 'ada@acme.co' here"],
    ["after dots", "to …ada@acme.co, or ..ada@acme.co"],
    ["in a link", "https://example.com/?email=ada@acme.co&lang=es"],
    ["behind a longer one", "jada@acme.co, ada@acme.co"],
    ["as a value of JSON", '{"after":{"email":"ada@acme.co"}}'],
    ["as a name in JSON", '{"ada@acme.co":1}'],
    ["in a list in JSON", '{"to":["x","Ada <ADA@acme.co>"]}'],
    ["after a line break in JSON", String.raw`{"text":"to\nada@acme.co"}`],
    ["in JSON within JSON", JSON.stringify({ body: JSON.stringify({ text: "to\nada@acme.co" }) })],
    ["in JSON that was cut off", '{"to":"ada@acme.co","te'],
  ])("%s", (_, text) => {
    expect(mentionsAddress(text, address)).toBe(true);
  });
});

describe("an address is not mentioned where there is another one", () => {
  it.each([
    ["that ends with it", "jada@acme.co"],
    ["that ends with it behind a dot", "to x.ada@acme.co"],
    ["that ends with it behind a hyphen", "to x-ada@acme.co"],
    ["that ends with it behind a plus", "to x+ada@acme.co"],
    ["that ends with it behind an apostrophe", "to d'ada@acme.co"],
    ["that ends with it behind a letter beyond ASCII", "to ñada@acme.co"],
    ["that begins with it", "to ada@acme.com now"],
    ["of a domain below another", "to ada@acme.co.uk now"],
    ["of a domain with a hyphen", "to ada@acme.co-op.example"],
    ["whose name has a character that also stands around addresses", "x/ada@acme.co"],
    ["in JSON", '{"after":{"email":"jada@acme.co","also":"ada@acme.com"},"x=ada@acme.co":1}'],
    ["in JSON that was cut off", '{"to":"jada@acme.co","te'],
  ])("%s", (_, text) => {
    expect(mentionsAddress(text, address)).toBe(false);
  });
});
