import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import cookiePlugin from "@fastify/cookie";
import helmet from "@fastify/helmet";
import staticPlugin from "@fastify/static";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { AppError } from "../errors.ts";
import type { AccountEncryptions } from "../services/account-encryptions.ts";
import type { AccountProfile } from "../services/account-profile.ts";
import type { AccountRooms } from "../services/account-rooms.ts";
import type { AccountSso } from "../services/account-sso.ts";
import type { AccountService } from "../services/accounts.ts";
import type { ApiTokens } from "../services/api-tokens.ts";
import type { Audit } from "../services/audit.ts";
import type { Backups } from "../services/backups.ts";
import type { Catalogue } from "../services/catalogue.ts";
import type { Configuration } from "../services/configuration.ts";
import type { Declarations } from "../services/declared/declarations.ts";
import type { DeliveryService } from "../services/deliveries.ts";
import type { EventFeed } from "../services/event-feed.ts";
import type { Health } from "../services/health.ts";
import type { History } from "../services/history.ts";
import type { Idempotency } from "../services/idempotency.ts";
import type { InstanceCopies } from "../services/instance-copies.ts";
import type { InstanceDatabaseService } from "../services/instance-databases.ts";
import type { InstanceFileService } from "../services/instance-files.ts";
import type { InstanceService } from "../services/instances.ts";
import type { Metrics } from "../services/metrics/metrics.ts";
import type { NoticeService } from "../services/notices.ts";
import type { PlaygroundService } from "../services/playground.ts";
import type { PluginService } from "../services/plugins.ts";
import type { Sessions } from "../services/sessions.ts";
import type { SignIn } from "../services/sign-in.ts";
import type { Usage } from "../services/usage.ts";
import type { UserService } from "../services/users.ts";
import { declareAccess } from "./access.ts";
import { createPictures } from "./audit-pictures.ts";
import { keepAuditTrail } from "./audit-trail.ts";
import { createBrowserGuard } from "./browser-guard.ts";
import { compressLists } from "./compress.ts";
import { describeApi } from "./describe-api.ts";
import { createEventStreams } from "./event-streams.ts";
import { createGate } from "./gate.ts";
import { takeIdempotencyKeys } from "./idempotency.ts";
import { giveEtags } from "./if-match.ts";
import { sendProblem } from "./problem.ts";
import type { UploadStaging } from "./received-file.ts";
import { accountEncryptionRoutes } from "./routes/account-encryption.ts";
import { accountProfileRoutes } from "./routes/account-profile.ts";
import { accountRoomRoutes } from "./routes/account-rooms.ts";
import { accountSsoRoutes } from "./routes/account-sso.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { auditLogRoutes } from "./routes/audit-log.ts";
import { backupRoutes } from "./routes/backups.ts";
import { catalogueRoutes } from "./routes/catalogue.ts";
import { configurationRoutes } from "./routes/configuration.ts";
import { copyRoutes } from "./routes/copies.ts";
import { databaseRoutes } from "./routes/databases.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventRoutes } from "./routes/events.ts";
import { fileRoutes } from "./routes/files.ts";
import { healthRoutes, noticeRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { instanceRoutes } from "./routes/instances.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { playgroundRoutes } from "./routes/playground.ts";
import { pluginRoutes } from "./routes/plugins.ts";
import { sessionRoutes } from "./routes/session.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";
import { createSessionCookie } from "./session-cookie.ts";
import { createStillIn } from "./still-in.ts";
import { tellChanges } from "./tell-changes.ts";

export interface ApiOptions {
  log: FastifyBaseLogger;
  version: string;
  allowedHosts: readonly string[];
  /** Folder of the built page. */
  webUi: string;
  /** What tells its cookies from those of other hosts at the same address. */
  cookieName?: string;
  services: {
    signIn: SignIn;
    sessions: Sessions;
    users: UserService;
    tokens: ApiTokens;
    audit: Audit;
    idempotency: Idempotency;
    feed: EventFeed;
    accounts: AccountService;
    accountRooms: AccountRooms;
    accountProfile: AccountProfile;
    accountEncryptions: AccountEncryptions;
    accountSso: AccountSso;
    plugins: PluginService;
    catalogue: Catalogue;
    instances: InstanceService;
    deliveries: DeliveryService;
    databases: InstanceDatabaseService;
    files: InstanceFileService;
    configuration: Configuration;
    declarations: Pick<Declarations, "differences">;
    backups: Backups;
    copies: InstanceCopies;
    staging: UploadStaging;
    notices: NoticeService;
    health: Health;
    history: History;
    usage: () => Usage;
    metrics: Metrics;
    playground: PlaygroundService | null;
  };
}

const PREFIX = "/api/v1";

/** The management API and the page, ready to listen or to be injected into. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const { services, version } = options;
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  });
  const cookie = createSessionCookie(services.signIn, options.cookieName);

  app.setValidatorCompiler(({ schema }) => {
    const check = Compile(schema as TSchema);
    return (value) => {
      if (check.Check(value)) return { value };
      const errors = [...check.Errors(value)].map(
        ({ instancePath, message, keyword, params, schemaPath }) => ({
          ...{ instancePath, message, keyword, params: params as Record<string, unknown>, schemaPath },
        }),
      );
      return { error: errors as unknown as Error };
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(sendProblem);
  declareAccess(app);
  app.decorateRequest("asker", null);
  app.addHook("onRequest", createBrowserGuard(options.allowedHosts));

  await app.register(cookiePlugin);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
  await app.register(swagger, describeApi(version));
  // Behind helmet, so that refusals have its headers, too.
  app.addHook("onRequest", createGate(cookie, services.tokens));
  giveEtags(app);
  keepAuditTrail(app, services.audit, createPictures(services));
  // Behind the audit log, so that nothing is kept that is not in it.
  takeIdempotencyKeys(app, services.idempotency);
  tellChanges(app, services.feed, PREFIX);
  // Behind all that reads answers.
  compressLists(app);

  const streams = createEventStreams(services.feed, createStillIn(services), pageScript(options.webUi));
  healthRoutes(app, services.health);
  metricsRoutes(app, services.metrics);
  docsRoutes(app);
  await app.register(
    async (api) => {
      sessionRoutes(api, { ...services, cookie, version });
      tokenRoutes(api, services.tokens);
      userRoutes(api, services);
      auditLogRoutes(api, services.audit);
      accountRoutes(api, services.accounts);
      accountRoomRoutes(api, services.accountRooms);
      accountProfileRoutes(api, services.accountProfile);
      accountEncryptionRoutes(api, services.accountEncryptions);
      accountSsoRoutes(api, services.accountSso);
      pluginRoutes(api, services.plugins);
      catalogueRoutes(api, services.catalogue);
      instanceRoutes(api, services.instances);
      copyRoutes(api, PREFIX, services.copies, services.staging);
      databaseRoutes(api, services.databases, services.audit);
      fileRoutes(api, services.files);
      deliveryRoutes(api, services.deliveries);
      eventRoutes(api, streams, services.instances);
      historyRoutes(api, services.history, services.instances, services.usage);
      noticeRoutes(api, services.notices);
      configurationRoutes(api, services.configuration, services.declarations);
      backupRoutes(api, services.backups);
      playgroundRoutes(api, PREFIX, services.playground);
      api.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
      api.all("/*", { schema: { hide: true } }, async (request) => {
        throw new AppError("NOT_FOUND", `There is no ${request.method} ${request.url}.`);
      });
    },
    { prefix: PREFIX },
  );
  await servePage(app, options.webUi);
  return app;
}

/** The script that the built page begins with. Its name has the hash of all that it leads to. */
function pageScript(folder: string): string | null {
  const file = join(folder, "index.html");
  if (!existsSync(file)) return null;
  return /<script type="module"[^>]* src="([^"]+)"/.exec(readFileSync(file, "utf8"))?.[1] ?? null;
}

/** The built page: its hashed assets for ever, everything else is the page's own address. */
async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(folder)) {
    const text = "The page is not built. Run `npm run build`.";
    app.setNotFoundHandler(() => Promise.reject(new AppError("NOT_FOUND", text)));
    return;
  }
  await app.register(staticPlugin, {
    root: folder,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(folder, "assets/"));
      reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    if (request.method !== "GET" || request.url.startsWith("/assets/")) {
      throw new AppError("NOT_FOUND", `There is nothing at ${request.url}.`);
    }
    return reply.sendFile("index.html");
  });
}
