// Makes the pictures in README.md anew, of the sample that the page brings along.
//
// usage: node screenshots.mjs

import { fileURLToPath } from 'node:url';

import { lifetimeMake } from '../server/servers.mjs';
import { saved, startBoard } from './board.mjs';

const lifetime = lifetimeMake();

function picture(name) {
    return fileURLToPath(new URL(`../../web/screenshots/${name}.png`, import.meta.url));
}

async function take() {
    const board = await startBoard(lifetime);
    const page = await board.open(lifetime, { height: 720 });
    await page.getByRole('button', { name: 'Load a sample' }).click();
    await saved(page);
    await page.reload();
    await saved(page);
    await page.screenshot({ path: picture('schedule') });
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('grid').waitFor();
    await page.screenshot({ path: picture('people') });
}

try {
    await take();
} finally {
    await lifetime.end();
}
