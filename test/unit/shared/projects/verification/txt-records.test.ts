import { expect, it } from "vitest";
import { textOfRecord } from "../../../../../shared/projects/verification/txt-records.ts";

it.each([
  { data: "mentha-verification=abc", text: "mentha-verification=abc" },
  { data: '"mentha-verification=abc"', text: "mentha-verification=abc" },
  { data: '"mentha-verifi" "cation=abc"', text: "mentha-verification=abc" },
  { data: '"mentha-verifi""cation=abc"', text: "mentha-verification=abc" },
  { data: String.raw`"a \"quoted\" word" " and \\ more"`, text: 'a "quoted" word and \\ more' },
  { data: String.raw`"mentha\045verification=abc"`, text: "mentha-verification=abc" },
  { data: '""', text: "" },
  { data: "", text: "" },
  { data: '"never ends', text: "" },
])("a TXT record of $data says $text", ({ data, text }) => {
  expect(textOfRecord(data)).toBe(text);
});
