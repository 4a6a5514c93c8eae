/** Which of so many places a text goes to: the same one everywhere. FNV-1a (32 bits) spreads ids evenly. */
export function spread(text: string, places: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash % places;
}
