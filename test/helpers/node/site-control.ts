/** The host at which tests inside workerd describe the sites of a run. */
export const siteControlHost = "site-control.test";
