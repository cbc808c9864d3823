// The tools of the schedule: new projects and tasks, and what the time axis shows. The zoom lives in the address.

import { parametersChange, parameterValue } from './address.js';
import { button, element } from './dom.js';
import { zooms } from './gantt_scales.js';
import { texts } from './language.js';
import { menuButton } from './menu.js';
import { keyboardHelp } from './schedule_help.js';

const t = texts({
    add: ['新建', 'Add'],
    project: ['项目', 'Project'],
    task: ['任务', 'Task'],
    today: ['今天', 'Today'],
    zoom: ['时间轴刻度', 'Zoom'],
    day: ['日', 'Day'],
    week: ['周', 'Week'],
    month: ['月', 'Month'],
    foldAll: ['全部折叠', 'Fold all projects'],
    unfoldAll: ['全部展开', 'Unfold all projects'],
    keyboard: ['键盘操作', 'Keyboard'],
});

const usual = 'week';

export function zoomOfAddress() {
    const zoom = parameterValue('zoom');
    return zooms.includes(zoom) ? zoom : usual;
}

export function zoomBy(step) {
    const next = zooms[zooms.indexOf(zoomOfAddress()) - step];
    if (next !== undefined)
        zoomTo(next);
}

function zoomTo(zoom) {
    parametersChange({ zoom: zoom === usual ? '' : zoom });
}

// `actions` are { projectAdd(), taskAdd(), today(), foldAll(isFolded) }. -> { add, node, update(isFolded) }, the first
// two being nodes: what makes something new has a place of its own.
export function scheduleTools(actions) {
    const add = menuButton({ icon: 'add', text: t('add'), class: 'primary' }, [
        { icon: 'add', text: t('project'), run: actions.projectAdd },
        { icon: 'add', text: t('task'), run: actions.taskAdd },
    ]);
    const levels = zooms.map((zoom) => button({ text: t(zoom), dataset: { zoom } }, () => zoomTo(zoom)));
    const fold = element('div', { class: 'fold-tool' });
    let folded = null;
    return {
        add: element('div', { class: 'add-tool' }, add.button, add.menu),
        node: element('div', { class: 'schedule-tools' },
            fold, button({ icon: 'calendar', text: t('today'), class: 'today-tool' }, actions.today),
            element('div', { class: 'segments zoom-tool', role: 'group', 'aria-label': t('zoom') }, levels),
            button({ text: '?', 'aria-label': t('keyboard'), title: t('keyboard'), class: 'quiet help-tool' },
                keyboardHelp)),
        update(isFolded) {
            for (const level of levels)
                level.setAttribute('aria-pressed', String(level.dataset.zoom === zoomOfAddress()));
            if (isFolded !== folded) {
                const hadFocus = fold.contains(document.activeElement);
                const label = isFolded ? t('unfoldAll') : t('foldAll');
                fold.replaceChildren(button({ icon: isFolded ? 'chevronRight' : 'chevronDown', label, class: 'quiet' },
                    () => actions.foldAll(!isFolded)));
                if (hadFocus)
                    fold.firstChild.focus();
            }
            folded = isFolded;
        },
    };
}
