// What `npm run example:existing-app` starts: the application as it always was.
import "./src/index.ts";
