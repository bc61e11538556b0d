// Breaks of what a new project is made of, and of what the program says of its command line and settings.
import { type Break, breaksOf } from "../break.ts";

const tests = "starter/new";

export const starter: readonly Break[] = [
  ...breaksOf("starter/project.ts", tests, [
    ["X31", "a name may lead out of the folder", "/^[a-z0-9][a-z0-9._-]*$/", "/./"],
    [
      "X31",
      "a project may have the name of a package of its own",
      "if (taken.includes(name))",
      "if (!taken)",
    ],
    ["X30", "the project asks for another version", "`^${version}`", "version"],
    [
      "X30 X34",
      "packages that are files come into the image too late",
      "`COPY ${vendorFolder} ./${vendorFolder}\\nRUN npm ci\\n`",
      '"RUN npm ci\\n"',
    ],
  ]),
  ...breaksOf("starter/new.ts", tests, [
    ["X31", "a folder with something in it is written into", "&& !isEmptyFolder(folder)", "&& cwd === ''"],
    ["X30", "files without a dot do nothing", "join(folder, `.${file}`)", "join(folder, file)"],
    ["X42", "both pages of a template stay", "rmSync(join(folder, file));", ";"],
    ["X31", "a template that there is not is copied", "if (!names().includes(template))", "if (!template)"],
  ]),
  ...breaksOf("main.ts", "start/check-config", [
    ["X35", "settings that are not meant are good", "if (doubts.length > 0)", "if (doubts.length > 99)"],
    ["X36", "nobody says which command was meant", "near === undefined ?", "near !== undefined ?"],
  ]),
  ...breaksOf("command-line.ts", "start/check-config", [
    ["X36", "nobody says which option was meant", "(near === undefined ?", "(near !== undefined ?"],
  ]),
];
