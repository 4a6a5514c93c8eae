/** The most objects over which a workspace's connections may be spread. */
export const maxShards = 64;

/** Which of a workspace's objects holds somebody's sockets: the same for all of their tabs. FNV-1a (32 bits) spreads ids evenly, and is the same everywhere. */
export function shardOf(userId: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < userId.length; i++) hash = Math.imul(hash ^ userId.charCodeAt(i), 0x01000193) >>> 0;
  return hash % shards;
}
