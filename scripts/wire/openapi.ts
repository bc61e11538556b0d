// docs/http-api.json: what hosts ask over HTTP as an OpenAPI 3.1 document, and the tables of docs/http-api.md.
import { z } from "zod";
import { apiPath } from "../../src/protocol/host-api.ts";
import { protocolVersion } from "../../src/protocol/version.ts";
import { apiBodies, apiRoutes, type ApiRoute } from "../../src/protocol/wire/api-routes.ts";
import { fieldsOf } from "./fields.ts";

type Json = Record<string, unknown>;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ "application/json": { schema: ref(name) } });

/** The schema of each body, by its name. */
function schemas(): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of Object.entries(apiBodies)) registry.add(schema, { id: name });
  const { schemas: made } = z.toJSONSchema(registry, {
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.keys(apiBodies).map((name) => {
      const { $schema: _schema, $id: _id, ...schema } = made[name] as Json;
      return [name, schema];
    }),
  );
}

function operation({ name, summary, request, answer, statuses, isPublic, path }: ApiRoute): Json {
  const answers = statuses.map((status) => [
    String(status),
    { description: status === 201 ? "It is new" : "Done", content: json(answer) },
  ]);
  return {
    operationId: name,
    summary: `${summary}.`,
    ...(path.includes("{event_id}")
      ? { parameters: [{ name: "event_id", in: "path", required: true, schema: { type: "string" } }] }
      : {}),
    ...(request === undefined ? {} : { requestBody: { required: true, content: json(request) } }),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: "It is refused: section 8 of the contract", content: json("refusal") },
    },
    ...(isPublic ? { security: [] } : {}),
  };
}

/** The document. */
export function openApi(): Json {
  const byPath = Object.entries(Object.groupBy(apiRoutes, ({ path }) => path));
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdfast: what hosts ask over HTTP",
      description: "docs/http-api.md says what it means.",
      version: String(protocolVersion),
    },
    servers: [{ url: apiPath }],
    security: [{ host: [] }],
    paths: Object.fromEntries(
      byPath.map(([path, routes = []]) => [
        path,
        Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), operation(route)])),
      ]),
    ),
    components: {
      schemas: schemas(),
      securitySchemes: { host: { type: "http", scheme: "bearer", description: "A host's token" } },
    },
  };
}

const cell = (text: string) => text.replaceAll("|", "\\|");
const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");

const named = (name: string | undefined) => (name === undefined ? "" : `\`${name}\``);

/** Parts of docs/http-api.md, by their names. */
export const apiTables: Readonly<Record<string, () => string>> = {
  apiRoutes: () =>
    table(
      ["request", "body", "answer", ""],
      apiRoutes.map(({ method, path, request, answer, summary, isPublic }) => [
        `\`${method} ${path}\``,
        named(request),
        named(answer),
        `${summary}${isPublic ? "; no token" : ""}`,
      ]),
    ),
  apiBodies: () => {
    const all = schemas();
    return Object.keys(apiBodies)
      .filter((name) => !["host_action", "host_action_result", "refusal"].includes(name))
      .map((name) => {
        const fields = fieldsOf(flat(all[name] ?? {})).map(({ name: field, kind, isRequired, text }) => [
          `\`${field}\``,
          kind.replace("#/components/schemas/", ""),
          isRequired ? "always" : "if any",
          text,
        ]);
        return [`### \`${name}\``, "", table(["field", "is", "there", ""], fields)].join("\n");
      })
      .join("\n\n");
  },
};

/** An answer with one object in it is described by that object's fields. */
function flat(schema: Json): Json {
  const { properties = {} } = schema as { properties?: Record<string, Json> };
  const { event, events } = properties as { event?: Json; events?: { items?: Json } };
  const inner = event ?? events?.items;
  if (inner === undefined) return schema;
  const prefix = event === undefined ? "events[]." : "event.";
  const { properties: fields = {}, required = [] } = inner as { properties?: Json; required?: string[] };
  const { event: _event, events: _events, ...own } = properties as Json;
  return {
    properties: {
      ...own,
      ...Object.fromEntries(Object.entries(fields).map(([name, of]) => [prefix + name, of])),
    },
    required: [...Object.keys(own), ...required.map((name) => prefix + name)],
  };
}
