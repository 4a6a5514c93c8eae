import { AppError } from "../../shared/platform/index.ts";
import type { Declaration } from "./declaration.ts";

/** Versions begin with 1, so this one never is the current one: the edit is refused once it is known that there is something to edit. */
const nobodysVersion = 0;

/** An entity tag of RFC 9110, 8.8.3. A proxy that compresses answers marks tags as weak; a version is no less exact for it. */
const entityTag = /^(?:W\/)?"(?<tag>[\x21\x23-\x7e\x80-\xff]*)"$/;

/**
 * The version that a request wants to edit and no other, from `If-Match: "3"`; undefined without the header, and for `*`, which any version is.
 * For a tag that no answer of ours had it is a version that nothing has.
 * @throws AppError `invalid` for what is not one tag
 */
export function ifVersionOf({ req }: { readonly req: { header(name: string): string | undefined } }): number | undefined {
  const given = req.header("If-Match")?.trim();
  if (given === undefined || given === "*") return undefined;
  const tag = entityTag.exec(given)?.groups?.tag;
  if (tag === undefined) {
    const message = 'Send one ETag as the answer had it, such as "3" with its quotes.';
    throw new AppError("invalid", message, { errors: [{ path: "header.If-Match", message }] });
  }
  return /^[1-9]\d{0,14}$/.test(tag) ? Number(tag) : nobodysVersion;
}

/** The header that names the version of what is answered. */
export function etagOf({ version }: { readonly version: number }): { readonly ETag: string } {
  return { ETag: `"${version}"` };
}

const etagHeader = {
  ETag: { description: "Names the version, for If-Match of an edit or a deletion", required: true, schema: { type: "string" as const, maxLength: 100 } },
};

const ifMatch = {
  in: "header" as const,
  name: "If-Match",
  description: "The ETag of what you read; with 412 nothing is done: it was changed since.",
  schema: { type: "string" as const, maxLength: 100 },
};

/** Why an edit answers 409 that says of no version that it means that one. */
export const changedMeanwhile = "It was changed in the meantime";

/**
 * What `versioned` adds to the document of a route. What ends something, and what has a body and makes nothing, which is an edit, take `If-Match`.
 * Of two edits without it the second is refused as well; what is gone is gone, whatever it was before.
 */
export function documentVersions({ versioned, body, created, noContent }: Pick<Declaration, "versioned" | "body" | "created" | "noContent">) {
  const isEnd = versioned === true && noContent !== undefined;
  const isEdit = versioned === true && !isEnd && created === undefined && body !== undefined;
  return {
    parameters: isEdit || isEnd ? [ifMatch] : [],
    headers: versioned ? etagHeader : {},
    refusals: {
      ...(isEdit ? { conflict: changedMeanwhile } : {}),
      ...(isEdit || isEnd ? { precondition_failed: "It was changed since the version that If-Match names" } : {}),
    },
  };
}
