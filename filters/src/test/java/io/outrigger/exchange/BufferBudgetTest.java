package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The bytes that all exchanges together may hold back. */
class BufferBudgetTest {
    @Test
    void takesAllOrNothing() {
        BufferBudget budget = new BufferBudget(10);
        assertThat(budget.tryTake(7)).isTrue();
        assertThat(budget.tryTake(4)).isFalse();
        assertThat(budget.takenBytes()).isEqualTo(7);
        assertThat(budget.tryTake(3)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
        budget.giveBack(7);
        assertThat(budget.tryTake(7)).isTrue();
        assertThat(budget.tryTake(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void threadsTogetherNeverTakeMoreThanThereIs() throws Exception {
        BufferBudget budget = new BufferBudget(1000);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int size = 100 + thread * 70;
            tasks.add(() -> {
                boolean within = true;
                for (int i = 0; i < 50_000; i++) {
                    if (budget.tryTake(size)) {
                        within &= budget.takenBytes() <= 1000;
                        budget.giveBack(size);
                    }
                }
                return within;
            });
        }
        try (var threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Boolean> result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isTrue();
            }
        }
        assertThat(budget.takenBytes()).isZero();
    }
}
