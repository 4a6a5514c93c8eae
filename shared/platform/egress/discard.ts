/** Lets go of a body that nobody reads, so that its connection is free; how that ends says nothing about the answer. */
export function discard({ body }: { readonly body: { cancel(): Promise<void> } | null }): void {
  body?.cancel().catch(() => {});
}
