import type { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { z } from "zod";
import { AppError, reportFault } from "../../shared/platform/index.ts";
import type { ApiEnv } from "./env.ts";
import { describeIssue } from "./field-errors.ts";
import { accessLog } from "./middleware/access-log.ts";
import { cacheControl } from "./middleware/cache-control.ts";
import { cors } from "./middleware/cors.ts";
import { metering } from "./middleware/metering.ts";
import { requestId } from "./middleware/request-id.ts";
import { requireHttps } from "./middleware/require-https.ts";
import { secureHeaders } from "./middleware/secure-headers.ts";
import { openApiDocument } from "./openapi.ts";
import { problemAnswer, statusOf, toAppError } from "./problem.ts";
import { api } from "./route.ts";
import { accountPageRoutes } from "./routes/account-pages.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { backupRoutes } from "./routes/admin/backups.ts";
import { broadcastRoutes } from "./routes/admin/broadcasts.ts";
import { deadLetterRoutes } from "./routes/admin/dead-letters.ts";
import { jobRoutes } from "./routes/admin/jobs.ts";
import { peopleRoutes } from "./routes/admin/people.ts";
import { retentionRoutes } from "./routes/admin/retention.ts";
import { installationScheduleRoutes } from "./routes/admin/schedules.ts";
import { statsRoutes } from "./routes/admin/stats.ts";
import { workspaceAdminRoutes } from "./routes/admin/workspaces.ts";
import { auditLogRoutes } from "./routes/audit-log.ts";
import { auditRoutes } from "./routes/audits.ts";
import { credentialRoutes } from "./routes/credentials.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { devMailRoutes } from "./routes/dev-mail.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventTypeRoutes } from "./routes/event-types.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { keyRoutes } from "./routes/keys.ts";
import { liveRoutes } from "./routes/live.ts";
import { meRoutes } from "./routes/me.ts";
import { memberRoutes } from "./routes/members.ts";
import { muteRoutes } from "./routes/mutes.ts";
import { notificationRoutes } from "./routes/notifications.ts";
import { privacyRoutes } from "./routes/privacy.ts";
import { projectRoutes } from "./routes/projects.ts";
import { reportRoutes } from "./routes/reports.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { scheduleRoutes } from "./routes/schedules.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { stakeholderReportRoutes } from "./routes/stakeholder-reports.ts";
import { usageRoutes } from "./routes/usage.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { workspaceRoutes } from "./routes/workspace.ts";

z.config({ customError: describeIssue });

/** The whole HTTP edge. */
export const app = createApi();

/** What every request passes, in order, then the routes, then what becomes of errors. */
function createApi(): OpenAPIHono<ApiEnv> {
  const app = api();

  app.use(metering, requestId, accessLog, secureHeaders, cacheControl, requireHttps, cors);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problemAnswer(c, new AppError("method_not_allowed", `This address takes ${methods.join(", ")} only.`), { Allow: methods.join(", ") }),
    }),
  );

  for (const routes of [
    auditRoutes,
    historyRoutes,
    muteRoutes,
    auditLogRoutes,
    reportRoutes,
    ruleRoutes,
    memberRoutes,
    workspaceRoutes,
    deadLetterRoutes,
    jobRoutes,
    peopleRoutes,
    workspaceAdminRoutes,
    broadcastRoutes,
    healthRoutes,
    keyRoutes,
    accountRoutes,
    credentialRoutes,
    meRoutes,
    privacyRoutes,
    signInRoutes,
    projectRoutes,
    stakeholderReportRoutes,
    usageRoutes,
    statsRoutes,
    notificationRoutes,
    liveRoutes,
    eventTypeRoutes,
    webhookRoutes,
    deliveryRoutes,
    retentionRoutes,
    scheduleRoutes,
    backupRoutes,
    installationScheduleRoutes,
  ])
    app.route("/", routes);
  app.route(
    "/",
    docsRoutes(() => openApiDocument(app)),
  );
  app.route("/", accountPageRoutes);
  app.route("/", devMailRoutes);

  app.notFound((c) => problemAnswer(c, new AppError("not_found", "There is nothing at this address. The API is described at /docs.")));
  app.onError((thrown, c) => {
    const error = toAppError(thrown);
    if (statusOf(error) >= 500) {
      const { requestId, log } = c.var;
      reportFault({ env: c.env, context: c.executionCtx, log, request: c.req.raw }, "request failed", thrown, { requestId });
    }
    return problemAnswer(c, error);
  });
  return app;
}
