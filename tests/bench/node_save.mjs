// The least that saving takes in JavaScript, by a process that is warm: for each line of standard input
// parse a text, stringify it with two spaces, write it, and print how many microseconds that took.
//
// usage: node node_save.mjs SOURCE TARGET

import fs from 'node:fs';
import readline from 'node:readline';

const [source, target] = process.argv.slice(2);
const text = fs.readFileSync(source, 'utf8');

function save() {
    const start = performance.now();
    fs.writeFileSync(target, JSON.stringify(JSON.parse(text), null, 2));
    return (performance.now() - start) * 1000;
}

for (let i = 0; i < 30; i += 1)
    save();
readline.createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${save()}\n`));
