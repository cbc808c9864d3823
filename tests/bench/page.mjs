// How long the page takes in a browser, as a Markdown table: until a schedule is seen, beside what the Gantt library
// alone takes on a page without anything else; and what an edit and scrolling take where there is much to see. lighttpd
// is on the same machine; each round has a new browser profile, in which nothing is cached.
//
// usage: node page.mjs [ROUNDS]

import { lifetimeMake, post, request } from '../server/servers.mjs';
import { saved, startBoard } from '../web/board.mjs';
import { teamPlan } from '../web/team_plan.mjs';
import { median } from './statistics.mjs';

const rounds = Number(process.argv[2] ?? 7);

const lifetime = lifetimeMake();

const small = teamPlan({ projects: 22, tasks: 12 });
const large = teamPlan({ projects: 50, tasks: 20 });

// Milliseconds from the start of the navigation until an element is there and painted.
function paintedAfter(page, selector) {
    return page.evaluate((sought) => new Promise((resolve) => {
        const look = () => requestAnimationFrame(() =>
            document.querySelector(sought) ? setTimeout(() => resolve(performance.now())) : look());
        look();
    }), selector);
}

async function firstView(board, { path, selector, prepare = () => {} }) {
    const page = await board.open(lifetime, { path, prepare });
    const first = await paintedAfter(page, selector);
    await page.reload();
    const again = await paintedAfter(page, selector);
    await page.context().close();
    return { first, again };
}

// A page with nothing but the library, as the built page names it.
async function aloneServe(page, port) {
    const { text } = await request(port, 'GET', '/');
    const [library] = /\/gantt\/[^"]+\.js/.exec(text);
    const [style] = /\/gantt\/[^"]+\.css/.exec(text);
    const body = `<!doctype html><link rel="stylesheet" href="${style}"><div id="chart" style="height:600px"></div>` +
        `<script type="module">import { gantt } from '${library}'; gantt.init('chart');</script>`;
    await page.route('**/alone', (route) => route.fulfill({ contentType: 'text/html', body }));
}

// Milliseconds from a key until what it did is painted.
function editTime(page) {
    return page.evaluate(() => new Promise((resolve) => {
        const grid = document.querySelector('[role=treegrid]');
        const start = performance.now();
        const key = { key: 'ArrowRight', shiftKey: true, bubbles: true, cancelable: true };
        grid.dispatchEvent(new KeyboardEvent('keydown', key));
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    }));
}

// The times between the frames while all rows pass by.
function scrollFrames(page) {
    return page.evaluate(() => new Promise((resolve) => {
        const bar = document.querySelector('.gantt_ver_scroll');
        const times = [];
        const step = (time) => {
            times.push(time);
            bar.scrollTop += 120;
            if (times.length < 150)
                requestAnimationFrame(step);
            else
                resolve(times.slice(1).map((later, index) => later - times[index]));
        };
        requestAnimationFrame(step);
    }));
}

async function largeFigures(board) {
    const page = await board.open(lifetime, { path: '/' });
    await saved(page);
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('ArrowDown');
    const edits = [];
    for (let count = 0; count < 2 * rounds; count++)
        edits.push(await editTime(page));
    const frames = await scrollFrames(page);
    await page.context().close();
    return { edits, frames };
}

function row(name, milliseconds, than = null) {
    const ratio = than === null ? '' : (milliseconds / than).toFixed(2);
    console.log(`| ${name} | ${milliseconds.toFixed(0)} ms | ${ratio} |`);
}

async function measure() {
    const board = await startBoard(lifetime, { plan: small });
    const bars = { path: '/', selector: '.gantt_task_line' };
    const alone = { path: '/alone', selector: '.gantt_grid', prepare: (page) => aloneServe(page, board.running.port) };
    const views = { alone: [], small: [], large: [] };
    for (let round = 0; round < rounds; round++) {
        views.alone.push(await firstView(board, alone));
        await post(board.running.port, small);
        views.small.push(await firstView(board, bars));
        await post(board.running.port, large);
        views.large.push(await firstView(board, bars));
    }
    const { edits, frames } = await largeFigures(board);
    const of = (name, kind) => median(views[name].map((view) => view[kind]));
    const titled = (plan) => `${plan.tasks.length} tasks (${Math.round(JSON.stringify(plan).length / 1000)} KB)`;
    const library = of('alone', 'first');
    console.log(`| median of ${rounds} | time | x library |\n|---|---|---|`);
    row('the Gantt library alone, nothing cached', library, library);
    row(`first view of ${titled(small)}, nothing cached`, of('small', 'first'), library);
    row('the same, loaded again', of('small', 'again'), library);
    row(`first view of ${titled(large)}, nothing cached`, of('large', 'first'), library);
    row(`an edit of one of ${large.tasks.length} tasks, until it is seen`, median(edits));
    row('a frame while they are scrolled', median(frames));
    row('the slowest frame', Math.max(...frames));
}

try {
    await measure();
} finally {
    await lifetime.end();
}
