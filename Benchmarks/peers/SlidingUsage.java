// The reference query as a Flink DataStream job without an exchange: the file is read by one task that also keeps the
// windows, for the input of the engine it is compared with is partitioned by account as well.
//
//     java -cp 'CLASSES:FLINK/lib/*' SlidingUsage FILE
//
// Prints one line of JSON: rows and the sums over all rows.

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

public final class SlidingUsage {
  static final long SLIDE_MS = 60_000;
  static final int PANES = 60;
  static final String[] TYPES = {"login", "feature_click", "bot_call", "session"};

  /** An event of the query: five fields. */
  public static final class Usage {
    public String account;
    public String user;
    public int type;
    public long time;
    public long count;
  }

  /** Reads an event with Jackson's streaming parser, field by field. */
  public static final class Lines extends SimpleStreamFormat<Usage> {
    @Override
    public Reader<Usage> createReader(Configuration settings, FSDataInputStream file) throws IOException {
      JsonParser json = new JsonFactory().createParser(new BufferedInputStream(file, 1 << 16));
      return new Reader<>() {
        @Override
        public Usage read() throws IOException {
          return json.nextToken() == null ? null : usage(json);
        }

        @Override
        public void close() throws IOException {
          json.close();
        }
      };
    }

    private static Usage usage(JsonParser json) throws IOException {
      Usage usage = new Usage();
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        switch (field) {
          case "account" -> usage.account = json.nextTextValue();
          case "user" -> usage.user = json.nextTextValue();
          case "type" -> usage.type = type(json.nextTextValue());
          case "ts" -> usage.time = json.nextLongValue(0);
          case "count" -> usage.count = json.nextLongValue(0);
          default -> {
            json.nextToken();
            json.skipChildren();
          }
        }
      }
      return usage;
    }

    private static int type(String name) {
      for (int i = 0; i < TYPES.length; i++) if (TYPES[i].equals(name)) return i;
      throw new IllegalArgumentException("unknown type " + name);
    }

    @Override
    public TypeInformation<Usage> getProducedType() {
      return TypeInformation.of(Usage.class);
    }
  }

  /** A minute of one account: how often each user was seen does not matter, only that. */
  static final class Pane {
    final long minute;
    final long[] counts = new long[TYPES.length];
    long events;
    final HashMap<String, Boolean> users = new HashMap<>();

    Pane(long minute) {
      this.minute = minute;
    }
  }

  /** One account: closed panes in the window, panes still open, and totals that slide by adding and subtracting. */
  static final class Account {
    final ArrayDeque<Pane> inWindow = new ArrayDeque<>();
    final HashMap<Long, Pane> open = new HashMap<>();
    final HashMap<String, Integer> panesOfUser = new HashMap<>();
    final long[] counts = new long[TYPES.length];
    long events;
    long timer = Long.MAX_VALUE;
    Pane latest;
  }

  /** Slides the windows of one account at each minute that has something in it. */
  public static final class Windows extends KeyedProcessFunction<String, Usage, Long> {
    private transient ValueState<Account> accounts;
    private transient LongCounter rows;
    private transient LongCounter users;
    private transient LongCounter[] sums;

    @Override
    public void open(OpenContext context) {
      accounts = getRuntimeContext().getState(
          new ValueStateDescriptor<>("account", TypeInformation.of(Account.class)));
      rows = counter("rows");
      users = counter("users");
      sums = new LongCounter[TYPES.length];
      for (int i = 0; i < TYPES.length; i++) sums[i] = counter(TYPES[i]);
    }

    private LongCounter counter(String name) {
      LongCounter counter = new LongCounter();
      getRuntimeContext().addAccumulator(name, counter);
      return counter;
    }

    @Override
    public void processElement(Usage usage, Context context, Collector<Long> out) throws IOException {
      Account account = accounts.value();
      if (account == null) accounts.update(account = new Account());
      long minute = usage.time / SLIDE_MS;
      if (account.latest == null || account.latest.minute != minute) {
        account.latest = account.open.computeIfAbsent(minute, Pane::new);
        wake(account, minute + 1, context);
      }
      account.latest.counts[usage.type] += usage.count;
      account.latest.events++;
      account.latest.users.put(usage.user, Boolean.TRUE);
    }

    private static void wake(Account account, long minute, Context context) {
      if (minute >= account.timer) return;
      account.timer = minute;
      context.timerService().registerEventTimeTimer(minute * SLIDE_MS - 1);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Long> out) throws IOException {
      Account account = accounts.value();
      long end = (time + 1) / SLIDE_MS;
      if (account == null || end != account.timer) return;
      Pane closed = account.open.remove(end - 1);
      if (closed != null) {
        if (account.latest == closed) account.latest = null;
        enter(account, closed);
      }
      while (!account.inWindow.isEmpty() && account.inWindow.peekFirst().minute < end - PANES) {
        leave(account, account.inWindow.pollFirst());
      }
      account.timer = Long.MAX_VALUE;
      if (account.events > 0) {
        emit(account, end, out);
      } else if (account.open.isEmpty()) {
        accounts.clear();
        return;
      }
      wake(account, end + 1, context);
    }

    private static void enter(Account account, Pane pane) {
      account.inWindow.addLast(pane);
      account.events += pane.events;
      for (int i = 0; i < TYPES.length; i++) account.counts[i] += pane.counts[i];
      for (String user : pane.users.keySet()) account.panesOfUser.merge(user, 1, Integer::sum);
    }

    private static void leave(Account account, Pane pane) {
      account.events -= pane.events;
      for (int i = 0; i < TYPES.length; i++) account.counts[i] -= pane.counts[i];
      for (String user : pane.users.keySet()) {
        account.panesOfUser.computeIfPresent(user, (name, panes) -> panes == 1 ? null : panes - 1);
      }
    }

    private void emit(Account account, long end, Collector<Long> out) {
      rows.add(1L);
      users.add((long) account.panesOfUser.size());
      for (int i = 0; i < TYPES.length; i++) sums[i].add(account.counts[i]);
      out.collect(end);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Configuration settings = new Configuration();
    settings.setString("parallelism.default", "1");
    settings.setString("pipeline.object-reuse", "true");
    settings.setString("state.backend.type", "hashmap");
    settings.setString("rest.port", "0");
    StreamExecutionEnvironment job = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
    var events = job.fromSource(
        FileSource.forRecordStreamFormat(new Lines(), new Path(new File(arguments[0]).toURI())).build(),
        WatermarkStrategy.<Usage>forBoundedOutOfOrderness(Duration.ofSeconds(5))
            .withTimestampAssigner((usage, before) -> usage.time),
        "events");
    DataStreamUtils.reinterpretAsKeyedStream(events, usage -> usage.account, Types.STRING)
        .process(new Windows(), Types.LONG)
        .sinkTo(new DiscardingSink<>());
    Map<String, Object> totals = job.execute("sliding usage").getAllAccumulatorResults();
    StringBuilder json = new StringBuilder("{\"rows\":" + totals.get("rows") + ",\"users\":" + totals.get("users"));
    for (String type : TYPES) json.append(",\"").append(type).append("\":").append(totals.get(type));
    System.out.println(json.append('}'));
  }
}
