// What the API reference shows of accounts; the tests check each against its schema.

/** The length of a real one. */
export const tokenExample = "wN4yJq0v8bY2Qx1ZcT6mHkR3sLdPfUgEaVoWiBnM7tA";

export const accountExample = {
  id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5",
  email: "ada@example.com",
  name: "Ada Lovelace",
  language: null,
  emailVerified: true,
  isOperator: false,
};

export const membershipExample = { id: "wsp_01k9z8q5v0c3r7t2m4n6p8s1w5", name: "Example Shop", role: "dev" };

export const meExample = {
  user: accountExample,
  workspace: { ...membershipExample, permissions: ["audits:read", "audits:write", "projects:read"] },
  workspaces: [membershipExample],
};

export const invitationPreviewExample = {
  workspace: { name: "Example Shop" },
  email: "ada@example.com",
  role: "dev",
  invitedBy: "Grace Hopper",
  expiresAt: 1_793_604_800_000,
  hasAccount: false,
};

/** Long enough, and too well known from here to be anybody's. */
export const passwordExample = "seven green lamps";
