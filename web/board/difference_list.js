// What differs between two documents, as elements: a heading for each project with what became of it, its tasks below.

import { differencesOf, isNone } from './differences.js';
import { differencesSections, differencesSummary } from './difference_words.js';
import { element } from './dom.js';
import { longListNode } from './long_list.js';

// `title` is followed by a summary of what differs; `none` stands where nothing does; `list` is how the list is shown.
export function comparisonNode(before, after, { title, none, list }) {
    const differences = differencesOf(...typesShared(before, after));
    if (isNone(differences))
        return element('p', {}, none);
    return element('div', {},
        element('p', { class: 'comparison' }, title, element('strong', {}, differencesSummary(differences))),
        differencesNode(differences, list));
}

// A document without task types is loaded with six of the server's own: that these are not in a version is no change.
function typesShared(before, after) {
    const hasTypes = ({ taskTypes }) => Array.isArray(taskTypes) && taskTypes.length > 0;
    if (hasTypes(before) === hasTypes(after))
        return [before, after];
    return [{ ...before, taskTypes: [] }, { ...after, taskTypes: [] }];
}

// `list` is how a long list is shown (long_list.js).
export function differencesNode(differences, list) {
    const sections = differencesSections(differences);
    const make = (count) => sectionsCut(sections, count).map(sectionNode);
    return element('div', { class: 'differences' },
        longListNode(make, { total: itemCount(sections), first: 120, list }));
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
    let left = count;
    for (const section of sections) {
        if (left <= 0)
            break;
        const rows = section.rows.slice(0, left - Number(isItem(section)));
        left -= rows.length + Number(isItem(section));
        cut.push({ ...section, rows });
    }
    return cut;
}

function sectionNode(section) {
    return element('section', { class: 'card' },
        element('h3', { tabindex: isItem(section) ? '-1' : null }, section.title, ' ', tagNode(section.tag)),
        linesNode(section.lines),
        section.rows.length > 0 ? element('ul', { class: 'history-rows' }, section.rows.map(rowNode)) : null);
}

function rowNode({ title, tag, lines }) {
    return element('li', { tabindex: '-1' }, element('strong', {}, title), ' ', tagNode(tag), linesNode(lines));
}

const tones = { added: 'good', removed: 'bad', moved: 'accent' };

function tagNode(tag) {
    return tag === null ? null : element('span', { class: 'tag', 'data-tone': tones[tag.kind] }, tag.text);
}

function linesNode(lines) {
    if (lines.length === 0)
        return null;
    return element('ul', { class: 'difference-lines' }, lines.map((line) => element('li', {}, line.map(wordNode))));
}

// Also for words that stand elsewhere.
export function wordNode({ text, kind }) {
    if (kind === 'new')
        return element('strong', {}, text);
    return kind === 'note' ? element('span', { class: 'detail' }, text) : text;
}
