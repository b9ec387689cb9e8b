// Prints workflow commands, which standard input has as JSON, with the toolkit of Actions that the argument names.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const { issueCommand } = await import(pathToFileURL(process.argv[2]));
for (const { name, properties, message } of JSON.parse(readFileSync(0, 'utf8'))) {
  issueCommand(name, properties, message);
}
