import HydraModel

/// Keeps an eye on the cluster in use while the shell runs: what the prompt and completion show, and which events a person
/// wants to hear of.
actor ClusterMonitor {
  /// The cluster as last seen.
  struct View: Sendable, Equatable {
    /// Its name; nil when none is in use.
    var cluster: String?
    /// Nil until the cluster has answered, and while it can't be reached.
    var state: ClusterState?

    var nodesReady: Int { state?.nodes.count { $0.state == .ready } ?? 0 }
  }

  private let directory: any ClusterDirectory
  private let chosen: String?
  private let onChange: @Sendable (View) -> Void
  private let onEvent: @Sendable (ClusterEvent) -> Void
  private var following: Task<Void, Never>?
  private(set) var view = View()

  /// A monitor of the cluster `chosen`, or of whatever is in use.
  init(
    directory: any ClusterDirectory, chosen: String?, onChange: @escaping @Sendable (View) -> Void,
    onEvent: @escaping @Sendable (ClusterEvent) -> Void
  ) {
    self.directory = directory
    self.chosen = chosen
    self.onChange = onChange
    self.onEvent = onEvent
  }

  /// Looks which cluster is in use now, and follows that; asked after each command, which may have changed it.
  ///
  /// `own` is the one that the session started or chose itself.
  func recheck(own: String? = nil) async {
    var name = chosen ?? own
    if name == nil {
      // Without an engine there is no cluster either; the command that needs one says why.
      do { name = try await directory.currentName() } catch { name = nil }
    }
    guard !Task.isCancelled else { return }
    if name != view.cluster {
      following?.cancel()
      following = nil
      set(View(cluster: name))
    }
    guard let name else { return }
    await look(at: name)
    if following == nil {
      following = Task {
        await withDiscardingTaskGroup { group in
          group.addTask { await self.follow(name) }
          group.addTask { await self.tick(name) }
        }
      }
    }
  }

  /// Ends it.
  func stop() {
    following?.cancel()
    following = nil
  }

  private func set(_ new: View) {
    guard new != view else { return }
    view = new
    onChange(new)
  }

  private func look(at name: String) async {
    var state: ClusterState?
    // A cluster that can't be asked is shown as such; the next look comes with the next event or command.
    do { state = try await directory.cluster(name).state() } catch { state = nil }
    guard view.cluster == name, !Task.isCancelled else { return }
    set(View(cluster: name, state: state))
  }

  /// Looks again now and then: what happened between a look and the opening of the stream of events is in no event.
  private func tick(_ name: String) async {
    while view.cluster == name {
      do { try await Task.sleep(for: .seconds(5)) } catch { return }
      await look(at: name)
    }
  }

  private func follow(_ name: String) async {
    var last: UInt64?
    var pause = Duration.milliseconds(500)
    while !Task.isCancelled {
      do {
        let cluster = try await directory.cluster(name)
        for try await event in cluster.events(after: last) {
          last = event.id
          pause = .milliseconds(500)
          onEvent(event)
          await look(at: name)
        }
      } catch {
        await look(at: name)
      }
      // The stream reconnects by itself and ends only when the cluster can't be reached for long.
      do { try await Task.sleep(for: pause) } catch { return }
      pause = min(pause * 2, .seconds(10))
      guard view.cluster == name else { return }
    }
  }
}
