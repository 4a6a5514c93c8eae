import { spread } from "../platform/index.ts";

/** The most objects over which a workspace's connections may be spread. */
export const maxShards = 64;

/** Which of a workspace's objects holds somebody's sockets: the same for all of their tabs. */
export const shardOf = (userId: string, shards: number): number => spread(userId, shards);
