// Tells what others changed while the page was open, and where they and the person changed the same thing. It lies
// over the page and moves nothing. News goes by itself unless somebody looks at it; conflicts stay until dismissed.

import { conflictKept, conflictNode } from './conflict_node.js';
import { differencesNode } from './difference_list.js';
import { differencesOf, isNone } from './differences.js';
import { differencesSummary } from './difference_words.js';
import { button, contentExchange, element } from './dom.js';
import { texts } from './language.js';
import { mergeDocuments } from './merge.js';

const t = texts({
    region: ['他人的修改', 'Changes by others'],
    news: [(summary) => `收到他人的修改：${summary}`, (summary) => `Changes by others came in: ${summary}`],
    conflicts: [
        (count) => `有 ${count} 处您和他人都改了`,
        (count) => `You and others changed the same ${count === 1 ? 'thing' : `${count} things`}`],
    dismiss: ['关闭', 'Dismiss'],
});

// In milliseconds: how long news is shown after the last arrival and after the first, and how long it is then collected
// before any is shown again, so that a plan that many people work on stays calm.
const newsLifetime = 20000;
const newsLongest = 60000;
const newsRest = 30000;

// What there is to tell outlives the nodes, which the page makes anew in another language.
const reports = new WeakMap();

export function mergeReport(keeper) {
    if (!reports.has(keeper))
        reports.set(keeper, new MergeReport(keeper));
    return reports.get(keeper).build();
}

class MergeReport {
    #keeper;
    #news = null;           // { before, after }: what others did since it was dismissed
    #conflicts = new Map(); // by path
    #isWhole = false;       // whether all of a long list is shown
    #since = 0;             // when news was first shown
    #leaving = 0;
    #resting = 0;
    #parts = null;

    constructor(keeper) {
        this.#keeper = keeper;
        keeper.addEventListener('arrival', ({ detail }) => this.#arrived(detail));
        keeper.addEventListener('change', () => this.#conflicts.size > 0 && this.#conflictsShow());
    }

    build() {
        const [news, conflicts] = [detailsMake(() => this.#newsShow()), detailsMake(() => this.#conflictsShow())];
        conflicts.node.open = matchMedia('(min-width: 761px)').matches;
        const panel = element('section', { class: 'report-panel', 'aria-label': t('region') },
            element('div', { class: 'report-bodies' }, conflicts.node, news.node),
            button({ icon: 'close', label: t('dismiss'), class: 'quiet' }, () => this.#dismiss()));
        this.#parts = { news, conflicts, panel, status: element('p', { class: 'hidden-text', role: 'status' }) };
        this.#show();
        return element('div', { class: 'report' }, this.#parts.status, panel);
    }

    #arrived({ before, after, conflicts }) {
        if (this.#news === null)
            this.#since = Date.now();
        this.#news = newsJoined(this.#news, before, after);
        for (const conflict of conflicts)
            this.#conflicts.set(conflict.path, conflictKept(conflict, after));
        const { node } = this.#parts.news;
        const wasHidden = node.hidden;
        this.#show();
        if (conflicts.length > 0 || (wasHidden && !node.hidden))
            this.#announce();
        if (this.#resting === 0)
            this.#newsKeep(Math.min(newsLifetime, this.#since + newsLongest - Date.now()));
    }

    #newsKeep(delay) {
        clearTimeout(this.#leaving);
        this.#leaving = setTimeout(() => this.#isLookedAt() ? this.#newsKeep(newsLifetime) : this.#newsForget(), delay);
    }

    #isLookedAt() {
        const { news, panel } = this.#parts;
        return news.node.open || panel.contains(document.activeElement) || panel.matches(':hover');
    }

    #newsForget() {
        clearTimeout(this.#leaving);
        clearTimeout(this.#resting);
        this.#resting = setTimeout(() => this.#newsReturn(), newsRest);
        this.#news = null;
        this.#isWhole = false;
        this.#parts.news.node.open = false;
        this.#show();
    }

    #newsReturn() {
        this.#resting = 0;
        if (this.#news === null)
            return;
        this.#since = Date.now();
        this.#show();
        this.#announce();
        this.#newsKeep(newsLifetime);
    }

    #dismiss() {
        this.#conflicts.clear();
        this.#newsForget();
        document.querySelector('main').focus();
    }

    #show() {
        this.#newsShow();
        this.#conflictsShow();
        const { news, conflicts, panel, status } = this.#parts;
        panel.hidden = news.node.hidden && conflicts.node.hidden;
        if (panel.hidden)
            status.textContent = '';
    }

    // Lists are made when they are looked at.
    #newsShow() {
        const { node, title, body } = this.#parts.news;
        const isShown = this.#news !== null && this.#resting === 0;
        const differences = isShown ? differencesOf(this.#news.before, this.#news.after) : null;
        node.hidden = differences === null || isNone(differences);
        title.textContent = node.hidden ? '' : t('news', differencesSummary(differences));
        const shown = node.hidden || !node.open ? element('div')
            : differencesNode(differences, { isWhole: this.#isWhole, onwhole: () => { this.#isWhole = true; } });
        contentExchange(body, shown);
    }

    #conflictsShow() {
        const { node, title, body } = this.#parts.conflicts;
        node.hidden = this.#conflicts.size === 0;
        title.textContent = node.hidden ? '' : t('conflicts', this.#conflicts.size);
        const shown = node.open ? [...this.#conflicts.values()] : [];
        const rows = shown.map((conflict) => conflictNode(this.#keeper, conflict));
        contentExchange(body, element('ul', { class: 'report-rows' }, rows));
    }

    // News that is added to other news is not read out.
    #announce() {
        const { status, news, conflicts } = this.#parts;
        const told = [conflicts, news].map(({ title }) => title.textContent);
        status.textContent = told.filter((text) => text !== '').join('. ');
    }
}

// What others did in both arrivals: what the person did between them is made part of what was before.
function newsJoined(news, before, after) {
    if (news === null)
        return { before, after };
    return { before: mergeDocuments(news.after, news.before, before).document, after };
}

function detailsMake(ontoggle) {
    const title = element('h2');
    const body = element('div', { class: 'report-body' });
    return { title, body, node: element('details', { ontoggle }, element('summary', {}, title), body) };
}
