// Which HTML and CSS of our mails does a mail client not support? Mails come in as JSON, findings go out.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const [, , folder, ...clients] = process.argv;
const { doIUseEmail } = createRequire(`${folder}/`)("@jsx-email/doiuse-email");
const mails = JSON.parse(await text(process.stdin));
const found = Object.entries(mails).map(([name, html]) => {
  const { errors = [], warnings = [] } = doIUseEmail(html, { emailClients: clients });
  return [name, { errors: [...new Set(errors)], warnings: [...new Set(warnings)] }];
});
console.log(JSON.stringify(Object.fromEntries(found)));
