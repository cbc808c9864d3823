// What differs between two documents, as elements: a heading for each project with what became of it, its tasks below.

import { button, element } from './dom.js';
import { differencesSections } from './difference_words.js';
import { texts } from './language.js';

const t = texts({
    more: [(count) => `另有 ${count} 项`, (count) => `and ${count} more`],
});

const shownFirst = 120;

// `level` is that of the headings. `isWhole` shows all at once; `onwhole` is called when one asks for that.
export function differencesNode(differences, { level = 3, isWhole = false, onwhole = () => {} } = {}) {
    const sections = differencesSections(differences);
    const node = element('div', { class: 'differences' });
    const fill = (count) => {
        const shown = sectionsCut(sections, count);
        const left = itemCount(sections) - itemCount(shown);
        node.replaceChildren(...shown.map((section) => sectionNode(section, level)));
        if (left > 0)
            node.append(button({ text: t('more', left), class: 'differences-more', dataset: { key: 'more' } }, () => {
                onwhole();
                fill(Infinity);
                node.querySelectorAll('.difference')[itemCount(shown)].focus();
            }));
    };
    fill(isWhole ? Infinity : shownFirst);
    return node;
}

// A heading under which there are only tasks is no item of its own.
function isItem({ tag, lines }) {
    return tag !== null || lines.length > 0;
}

function itemCount(sections) {
    return sections.reduce((count, section) => count + Number(isItem(section)) + section.rows.length, 0);
}

// The first so many items.
function sectionsCut(sections, count) {
    const cut = [];
    for (const section of sections) {
        const left = count - itemCount(cut);
        if (left <= 0)
            break;
        cut.push({ ...section, rows: section.rows.slice(0, Math.max(0, left - Number(isItem(section)))) });
    }
    return cut;
}

function sectionNode(section, level) {
    const attributes = isItem(section) ? { class: 'difference', tabindex: '-1' } : {};
    return element('section', {},
        element(`h${level}`, attributes, section.title, ' ', tagNode(section.tag)),
        linesNode(section.lines),
        section.rows.length > 0 ? element('ul', { class: 'differences-rows' }, section.rows.map(rowNode)) : null);
}

function rowNode({ title, tag, lines }) {
    return element('li', { class: 'difference', tabindex: '-1' },
        element('span', { class: 'difference-title' }, title), ' ', tagNode(tag), linesNode(lines));
}

function tagNode(tag) {
    return tag === null ? null : element('span', { class: 'difference-tag', dataset: { kind: tag.kind } }, tag.text);
}

function linesNode(lines) {
    if (lines.length === 0)
        return null;
    return element('ul', { class: 'difference-lines' }, lines.map((line) => element('li', {}, line.map(wordNode))));
}

// Also for words that stand elsewhere.
export function wordNode({ text, kind }) {
    return kind === '' ? text : element('span', { class: `word-${kind}` }, text);
}
