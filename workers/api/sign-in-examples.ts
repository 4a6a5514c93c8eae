import { accountExample, passwordExample, tokenExample } from "./account-examples.ts";

// What the API reference shows of signing in; the tests check each against its schema.

const { id, email, name } = accountExample;
export const userExample = { id, email, name };

export const signInExample = { email, password: passwordExample };

export const tokensExample = {
  accessToken: "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImsxIn0.eyJzaWQiOiJzZXNfMDFrOXo4cTV2MGMzcjd0Mm00bjZwOHMxdzUifQ.c2lnbmF0dXJl",
  expiresAt: 1_793_086_400_000,
  refreshToken: tokenExample,
};

export const sessionExample = {
  id: "ses_01k9z8q5v0c3r7t2m4n6p8s1w5",
  createdAt: 1_793_000_000_000,
  lastUsedAt: 1_793_050_000_000,
  ip: "203.0.113.7",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  current: true,
};
