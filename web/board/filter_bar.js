// The controls of the schedule's filter: a search and three lists to choose from. What is chosen lives in the address.

import { parametersChange, parameterValues } from './address.js';
import { button, element, icon, textSet } from './dom.js';
import { namesShown, texts } from './language.js';
import { popoverPlace } from './menu.js';
import { planOf, statuses } from './plan.js';
import { filterOfAddress, isFiltering, typeChoices } from './plan_filter.js';
import { countShown, memberName, statusName } from './terms.js';

const t = texts({
    filter: ['筛选', 'Filter'],
    search: ['搜索名称、人员、备注', 'Search names, people, remarks'],
    people: ['人员', 'Person'],
    nothing: ['没有可选项', 'Nothing to choose'],
    hint: ['搜索名称、人员、备注', 'Search'],
    clear: ['清除筛选', 'Clear filters'],
});

const searchDelay = 150; // milliseconds after the last key

// What is folded away within the results of a filter is forgotten with it.
function filterChange(parameters) {
    parametersChange({ ...parameters, folded: [] });
}

export function filterClear() {
    filterChange({ q: '', status: [], type: [], person: [] });
}

// -> { node, update(document, found), searchFocus(), close() }; `found` is what planFiltered gives.
export function filterBar() {
    const search = searchField();
    const lists = [
        choiceList('status', memberName('status'), () => statuses.map((status) => [status, statusName(status)])),
        choiceList('type', memberName('type'), typeChoices),
        choiceList('person', t('people'), (document) => planOf(document).people.map((name) => [name, name])),
    ];
    const result = element('span', { role: 'status' });
    const clear = button({ text: t('clear'), icon: 'close', class: 'quiet' }, () => {
        filterClear();
        search.input.focus();
    });
    return {
        node: element('div', { class: 'filter-bar', role: 'search', 'aria-label': t('filter') },
            search.node, element('div', { class: 'filter-lists' }, lists.map(({ node }) => node)),
            element('div', { class: 'filter-summary' }, result, clear)),
        update(document, found) {
            const filter = filterOfAddress();
            search.update(filter.search);
            for (const list of lists)
                list.update(document);
            clear.hidden = !isFiltering(filter);
            textSet(result, clear.hidden ? '' : namesShown(
                [countShown('projects', found.projectCount), countShown('tasks', found.taskCount)]));
        },
        searchFocus() {
            search.input.focus();
            search.input.select();
        },
        close: () => search.close(),
    };
}

function searchField() {
    let timer = 0;
    const change = () => {
        clearTimeout(timer);
        timer = 0;
        filterChange({ q: input.value.trim() });
    };
    const input = element('input', {
        type: 'search', placeholder: t('hint'), title: t('search'), 'aria-label': t('search'), spellcheck: 'false',
        autocomplete: 'off',
        oninput: () => {
            clearTimeout(timer);
            timer = setTimeout(change, searchDelay);
        },
        onkeydown: (event) => event.key === 'Enter' && !event.isComposing && change(),
    });
    const update = (text) => {
        if (timer === 0 && input.value.trim() !== text)
            input.value = text;
    };
    const node = element('div', { class: 'search-field' }, icon('search'), input);
    return { node, input, update, close: () => clearTimeout(timer) };
}

// A button that opens a list of checkboxes. `choicesOf(document)` gives [[value, text]].
function choiceList(parameter, label, choicesOf) {
    const list = element('div', {
        class: 'menu choices', id: `filter-${parameter}`, popover: 'auto', role: 'group', 'aria-label': label,
    });
    const count = element('span', { class: 'choice-count' });
    const opener = element('button', {
        type: 'button', popovertarget: list.id, 'aria-expanded': 'false', class: 'choice-opener',
    }, element('span', {}, label), count, icon('chevronDown'));
    const isOpening = (event) => event.newState === 'open';
    list.addEventListener('beforetoggle', (event) => {
        opener.setAttribute('aria-expanded', isOpening(event));
        fill();
    });
    list.addEventListener('toggle', (event) => {
        if (!isOpening(event))
            return;
        popoverPlace(list, opener);
        list.querySelector('input')?.focus();
    });
    list.addEventListener('change', () => filterChange({
        [parameter]: [...list.querySelectorAll(':checked')].map((box) => box.value),
    }));
    let known = null;
    let shown = null;
    const fill = () => {
        const chosen = parameterValues(parameter);
        const choices = new Map(choicesOf(known));
        // What the address names and nobody has any more can be taken off, too.
        for (const value of chosen.filter((one) => !choices.has(one)))
            choices.set(value, value);
        const key = JSON.stringify([...choices]);
        if (key !== shown)
            list.replaceChildren(...choices.size === 0 ? [t('nothing')] : [...choices].map(choiceNode));
        shown = key;
        for (const box of list.querySelectorAll('input'))
            box.checked = chosen.includes(box.value);
    };
    return {
        node: element('div', {}, opener, list),
        // There can be hundreds of people: the list waits until it is asked for.
        update(document) {
            known = document;
            if (list.matches(':popover-open'))
                fill();
            count.textContent = parameterValues(parameter).length || '';
        },
    };
}

function choiceNode([value, text]) {
    return element('label', {}, element('input', { type: 'checkbox', value }), element('span', {}, text));
}
