import { z } from "zod";

// The nodes that we use, as Atlassian's JSON schema of its document format has them (unpkg.com/@atlaskit/adf-schema, json-schema/v1/full.json): no other
// property is allowed anywhere, a text is never empty, a list has an item, an item begins with a paragraph.

const Mark = z.union([
  z.strictObject({ type: z.literal("strong") }),
  z.strictObject({ type: z.literal("link"), attrs: z.strictObject({ href: z.string(), title: z.string().optional() }) }),
]);
const TextNode = z.strictObject({ type: z.literal("text"), text: z.string().min(1), marks: z.array(Mark).optional() });
const Paragraph = z.strictObject({ type: z.literal("paragraph"), content: z.array(TextNode).optional() });
const ListItem = z.strictObject({ type: z.literal("listItem"), content: z.array(Paragraph).min(1) });
const BulletList = z.strictObject({ type: z.literal("bulletList"), content: z.array(ListItem).min(1) });

export const AdfDocument = z.strictObject({ version: z.literal(1), type: z.literal("doc"), content: z.array(z.union([Paragraph, BulletList])) });
