// The record of the public API (`api/*.api.md`): the declarations of every export of the package, reviewed like code.
// `npm run check:api` fails when they have changed and the record has not; `npm run api:update` writes it.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { execFileSync } from "node:child_process";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const root = resolve(import.meta.dirname, "../..");
const isUpdate = process.argv.includes("--update");
/** The exports of package.json, by the name of their record. */
const entries: Record<string, string> = {
  holdfast: "holdfast.d.ts",
  "holdfast-client": "client/index.d.ts",
  "holdfast-schema": "schema/index.d.ts",
  "holdfast-react": "react/index.d.ts",
  "holdfast-host": "host/index.d.ts",
  "holdfast-protocol": "protocol/index.d.ts",
  "holdfast-testing": "testing/index.d.ts",
};

/** Emits the declarations as the build does, into a folder that goes with this run. */
function emitDeclarations(folder: string): void {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", folder];
  execFileSync(process.execPath, [tsc, ...flags], { cwd: root, stdio: "inherit" });
}

/** True when the record of this entry is what its declarations say. */
function compare(name: string, declarations: string, folder: string): boolean {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(root, "api", "none.json"),
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: declarations,
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "es2024",
            module: "nodenext",
            moduleResolution: "nodenext",
            skipLibCheck: true,
            types: ["node"],
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: join(root, "api"),
        reportFileName: `${name}.api.md`,
        reportTempFolder: folder,
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
      },
    },
  });
  const result = Extractor.invoke(config, {
    localBuild: isUpdate,
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  return isUpdate || !result.apiReportChanged;
}

const folder = mkdtempSync(join(root, ".api-"));
try {
  emitDeclarations(folder);
  const changed = Object.entries(entries).flatMap(([name, file]) =>
    compare(name, join(folder, file), folder) ? [] : [name],
  );
  if (changed.length > 0) {
    console.error(`The public API has changed: ${changed.join(", ")}. If that is meant: npm run api:update`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
