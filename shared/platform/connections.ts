/** Outgoing connections that one invocation of a Worker may hold (developers.cloudflare.com/workers/platform/limits). */
export const mostConnections = 6;
